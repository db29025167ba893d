import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId, LedgerRecord } from "../../../kernel/types/index.ts";
import { say } from "../../console/say.ts";
import { commandForStack } from "../../places.ts";
import { patience } from "../../stack/account.ts";
import { readingOf } from "../../stack/ledger.ts";
import { type Stack, withStack } from "../../stack/stack.ts";
import { resting } from "../incident/resting.ts";
import { CannotTell, UsageError } from "../mistakes.ts";
import type { RunOptions } from "../run.ts";
import { teller } from "../start/showing.ts";
import { clusterIn } from "../switches/state.ts";
import { follow } from "./follow.ts";
import { type Request, requestOf } from "./request.ts";
import { codeOf } from "./run.ts";

/** What only this machine would go by. */
const idle = ["kubeconfig", "context", "prometheus", "alertmanager", "mode", "policy", "yes"] as const;
const entryMs = 500;
const everyMs = 2000;
/** The first state puts the request on record, or refuses it: with all its repetitions that takes less. */
const longestEntryMs = 120_000;

/** The stack opens the incident and does the work, under its own policy; here its records are shown as they come. */
export async function run(target: string | undefined, options: RunOptions, stopped: Promise<void>): Promise<number> {
  const request = requestOf(target, options);
  const given = idle.filter((name) => options[name] !== undefined && options[name] !== false);
  if (given.length > 0)
    throw new UsageError(`a stack goes by its own policy: ${given.map((name) => `--${name}`).join(", ")} would change nothing`);
  return withStack(options.stack ?? "", options.region, async (stack) => {
    const id = await entered({ cluster: await clusterFor(options.cluster, stack), ...request }, stack);
    const tell = teller({ json: options.json, called: commandForStack(stack.name) });
    const show = async (record: LedgerRecord) => {
      tell(record);
      if (record.type === "asked") say(answering(record, stack.name));
    };
    const pauseSeconds = await stack.pauseSeconds();
    const rests = (story: readonly LedgerRecord[]) => resting(story, pauseSeconds, instant(Date.now()));
    const end = await readingOf(stack, ({ view }) => follow(id, { view, show, alive: () => true, stopped, rests, everyMs }));
    if (end === "left") say(`left before its end: the stack goes on with it (remediator incident ${id} --stack ${stack.name})`);
    return codeOf(end);
  });
}

/** The command that answers: what is shown before it is the plan. */
const answering = ({ incidentId, plan }: Extract<LedgerRecord, { readonly type: "asked" }>, stack: string): string =>
  `to allow it: remediator approve ${incidentId} --plan ${plan.slice(0, 12)} --stack ${stack}`;

async function clusterFor(named: string | undefined, stack: Stack): Promise<string> {
  const clusters = await stack.clusters();
  if (named !== undefined) return clusterIn(clusters, named);
  const [only, ...others] = clusters;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(`say in which cluster it is: --cluster (${clusters.join(", ") || "the policy has none"})`);
}

/** Starts an execution with the request, as one does in the console, and gives the incident that it opened or joined. */
async function entered(manual: Request, { account: { region }, variable }: Stack): Promise<IncidentId> {
  const client = new SFNClient({ ...patience, region });
  try {
    const start = { stateMachineArn: await variable("workflow"), name: randomUUID(), input: JSON.stringify({ manual }) };
    const { executionArn } = await client.send(new StartExecutionCommand(start));
    for (let waited = 0; waited < longestEntryMs; waited += entryMs) {
      const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "SUCCEEDED") return idIn(output);
      if (status === "FAILED" && error === "Refused") throw new UsageError(`the stack does not take it: ${cause ?? "it does not say why"}`);
      if (status !== "RUNNING")
        throw new CannotTell(`the request did not get through (${status}: ${error ?? ""} ${cause ?? ""}): try again`);
      await setTimeout(entryMs);
    }
    throw new CannotTell(`the request waits still: ${executionArn}`);
  } finally {
    client.destroy();
  }
}

function idIn(output = "{}"): IncidentId {
  const { id } = JSON.parse(output) as { readonly id?: unknown };
  if (typeof id !== "string") throw new Error(`the execution's output names no incident: ${output}`);
  return id as IncidentId;
}
