import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { DescribeExecutionCommand, ExecutionDoesNotExist, type ExecutionStatus } from "@aws-sdk/client-sfn";
import type { IncidentId, LedgerRecord, LedgerView } from "../../../kernel/types/index.ts";
import type { World } from "../../../local/world/world.ts";
import { until } from "../../cluster/parts/process.ts";
import { lastLines } from "../../cluster/parts/run.ts";
import { linesOf } from "./logs.ts";
import type { Answer } from "./signed.ts";
import type { Stage } from "./stage.ts";

export type Story = LedgerView["story"];

/** The functions that write to the log what they do with an incident. */
export const functions = [
  "Ingest",
  "Decide",
  "Diagnose",
  "RolloutWorkload",
  "EvictWorkload",
  "LabelNamespace",
  "Escalate",
  "Ask",
  "Answer",
  "Sweep",
] as const;

/** Far longer than each takes: whoever waits longer waits for ever. */
const answerSeconds = 30;
const recordSeconds = 60;

/** An incident of the deployed stack. Each wait for it has an end, and its error says what there is. */
export class Played {
  readonly id: IncidentId;
  readonly #stage: Stage;

  private constructor(stage: Stage, id: IncidentId) {
    this.#stage = stage;
    this.id = id;
  }

  /** Fires the world's alert, which opens an incident. Alertmanager sends again after a 5xx: for as long as this waits. */
  static async fired(stage: Stage, world: World): Promise<Played> {
    const none = new AbortController();
    const late = wait(answerSeconds * 1000, undefined, { signal: none.signal });
    const fired = await Promise.race([world.fire(`${stage.api.url}/alerts`, stage.tokens.practice), late]).finally(() => none.abort());
    const { status, text = "nothing" } = stage.answers.at(-1) ?? {};
    const [first] =
      status === 200 ? (JSON.parse(text) as { readonly accepted: readonly { readonly incident: IncidentId }[] }).accepted : [];
    if (fired?.status === 200 && first) return new Played(stage, first.incident);
    throw new Error(`the alert was not accepted: ${status} ${text}\n${await logs(stage, ["Authorize", "Ingest"])}`);
  }

  async view(): Promise<LedgerView> {
    const view = await this.#stage.ledger.view(this.id);
    if (!view) throw new Error(`there is no incident ${this.id}`);
    return view;
  }

  /** The story, as soon as it has a record of this type. */
  async has(type: LedgerRecord["type"]): Promise<Story> {
    let story: Story | undefined;
    await this.#until(`${this.id} has ${type}`, async () => {
      const now = (await this.view()).story;
      if (now.some((record) => record.type === type)) story = now;
      return story !== undefined;
    });
    return story as Story;
  }

  /** Resolves when this run waits for an answer: its token is kept, and announced. */
  async asks(run = 1): Promise<void> {
    const { emulator, deployment } = this.#stage;
    await this.#until(`run ${run} of ${this.id} asks`, async () => {
      const lines = await linesOf(emulator.endpoint, deployment, "Ask");
      return lines.filter((line) => line.includes("an approval waits") && line.includes(this.id)).length >= run;
    });
  }

  execution(run: number): string {
    const machine = this.#stage.deployment.outputs.Workflow ?? "";
    return `${machine.replace(":stateMachine:", ":execution:")}:${this.id}-r${run}`;
  }

  /** Resolves when this run's execution is as said. */
  async is(status: ExecutionStatus, run = 1): Promise<void> {
    const command = new DescribeExecutionCommand({ executionArn: this.execution(run) });
    await this.#until(
      `run ${run} of ${this.id} is ${status}`,
      async () => (await this.#stage.sfn.send(command).catch(notYet))?.status === status,
    );
  }

  async #until(what: string, probe: () => Promise<boolean>): Promise<void> {
    await until(what, recordSeconds, probe).catch(async (error: unknown) => {
      const story = (await this.view()).story.map(({ hash: _, prev: __, nonce: ___, ...record }) => JSON.stringify(record).slice(0, 600));
      throw new Error([String(error), ...story, await logs(this.#stage, functions)].join("\n"));
    });
  }
}

function notYet(error: unknown): undefined {
  if (!(error instanceof ExecutionDoesNotExist)) throw error;
}

/** What the API answers to the world's alert. Alertmanager sends again after a 5xx for as long as it takes, and this does not wait for it. */
export async function fire(stage: Stage, world: World, token: string): Promise<Answer> {
  const enough = new AbortController();
  const late = wait(answerSeconds * 1000, undefined, { signal: enough.signal });
  const fired = await Promise.race([world.fire(`${stage.api.url}/alerts`, token), late]).finally(() => enough.abort());
  const answer = stage.answers.at(-1);
  if (fired && answer) return answer;
  const said = answer ? `${answer.status} ${answer.text}` : "nothing";
  throw new Error(`after ${answerSeconds} s the last answer to the alert is ${said}\n${await logs(stage, ["Authorize", "Ingest"])}`);
}

/** The end of what the functions and the emulator have said. */
async function logs({ emulator, deployment }: Stage, names: readonly string[]): Promise<string> {
  const said = names.map(async (name) => {
    const lines = await linesOf(emulator.endpoint, deployment, name).catch((error: unknown) => [String(error)]);
    return `--- ${name}\n${lines
      .slice(-12)
      .map((line) => line.slice(0, 300))
      .join("\n")}`;
  });
  return [...(await Promise.all(said)), `--- the emulator\n${lastLines(readFileSync(emulator.logFile, "utf8"))}`].join("\n");
}
