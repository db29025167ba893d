import { readFileSync } from "node:fs";
import { DescribeExecutionCommand, ExecutionDoesNotExist, type ExecutionStatus } from "@aws-sdk/client-sfn";
import { type IncidentKey, incidentId } from "../../../kernel/ids.ts";
import type { IncidentId, LedgerRecord, LedgerView, OwnerKind } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { lastLines } from "../../cluster/parts/run.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import type { Story } from "../../cluster/support/stories.ts";
import { functions, linesOf } from "./logs.ts";
import type { Stage } from "./stage.ts";

/** Far longer than each takes: whoever waits longer waits for ever. */
const recordSeconds = 90;

/** The first incident of a workload of the real cluster. Each wait for it has an end, and its error says what there is. */
export class Played {
  readonly id: IncidentId;
  readonly #stage: Stage;
  #token: string | undefined;

  constructor(stage: Stage, namespace: string, name: string, kind: OwnerKind = "Deployment") {
    const key: IncidentKey = {
      cluster: clusterName,
      scenario: "workloads-not-receiving-svids",
      scope: { of: "owner", namespace, kind, name },
    };
    this.#stage = stage;
    this.id = incidentId(key, 1);
  }

  async view(): Promise<LedgerView> {
    const view = await this.#stage.ledger.view(this.id);
    if (!view) throw new Error(`there is no incident ${this.id}`);
    return view;
  }

  /** The story, as soon as it has a record of this type. It need not have been opened yet. */
  async has(type: LedgerRecord["type"]): Promise<Story> {
    let story: Story | undefined;
    await this.until(`it has ${type}`, async () => {
      const view = await this.#stage.ledger.view(this.id);
      story = view?.story.some((record) => record.type === type) ? view.story : undefined;
      return story !== undefined;
    });
    return story as Story;
  }

  /** Resolves when an execution waits for an answer: its token is kept, and is another than the last that was waited for. */
  async asks(): Promise<void> {
    const last = this.#token;
    await this.until("it asks", async () => {
      this.#token = await this.#stage.ledger.token(this.id);
      return this.#token !== undefined && this.#token !== last;
    });
  }

  execution(run: number): string {
    const machine = this.#stage.deployment.outputs.Workflow ?? "";
    return `${machine.replace(":stateMachine:", ":execution:")}:${this.id}-r${run}`;
  }

  /** Resolves when this run's execution is as said. */
  async is(status: ExecutionStatus, run = 1): Promise<void> {
    const command = new DescribeExecutionCommand({ executionArn: this.execution(run) });
    await this.until(`run ${run} is ${status}`, async () => (await this.#stage.sfn.send(command).catch(notYet))?.status === status);
  }

  async until(what: string, probe: () => Promise<boolean>): Promise<void> {
    await until(`${this.id}: ${what}`, recordSeconds, probe).catch(async (error: unknown) => {
      throw new Error([String(error), ...(await this.#soFar()), await logs(this.#stage)].join("\n"));
    });
  }

  async #soFar(): Promise<readonly string[]> {
    const view = await this.#stage.ledger.view(this.id);
    const records = view?.story.map(({ hash: _, prev: __, nonce: ___, ...record }) => JSON.stringify(record).slice(0, 600));
    const { answers } = this.#stage.api;
    return records ?? ["it is not opened; what Alertmanager was answered:", ...answers.map(({ status, text }) => `${status} ${text}`)];
  }
}

function notYet(error: unknown): undefined {
  if (!(error instanceof ExecutionDoesNotExist)) throw error;
}

/** The end of what the functions and the emulator have said. */
async function logs(stage: Stage): Promise<string> {
  const said = ["Authorize", ...functions].map(async (name) => {
    const lines = await linesOf(stage, name).catch((error: unknown) => [String(error)]);
    const end = lines.slice(-12).map((line) => line.slice(0, 300));
    return `--- ${name}\n${end.join("\n")}`;
  });
  return [...(await Promise.all(said)), `--- the emulator\n${lastLines(readFileSync(stage.emulator.logFile, "utf8"))}`].join("\n");
}
