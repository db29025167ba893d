import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { inNetwork } from "../../adapters/policy/places.ts";
import type { ContractFunction } from "../function.ts";
import { ours, theirs } from "./series.ts";

/** What is watched. */
export interface Watched {
  readonly scope: Construct;
  /** By what they are called in the stack, with their network. */
  readonly functions: Readonly<Record<string, ContractFunction>>;
  readonly apiId: string;
  /** ARNs of the state machines by their networks. */
  readonly machines: readonly (readonly [network: string | undefined, arn: string])[];
  readonly deadLetters: IQueue;
}

/** When somebody must look. Each has its page in `docs/alarms/`, called as it is. */
export interface AlarmRule {
  readonly id: string;
  /** A sentence for whoever is called. */
  readonly means: string;
  /** One alarm for each, told apart by its name. Without a name there is one only. */
  readonly over: (on: Watched) => Readonly<Record<string, Metric>>;
  /** From this value on, where no value is well; or below it, where no value is as bad. */
  readonly when: { readonly from: number } | { readonly below: number };
  /** So many periods of the metric; one, if nothing is said. */
  readonly periods?: number;
  /** That it is so in so many of them is enough; in all, if nothing is said. A schedule is not punctual: of two minutes one may have no sweep. */
  readonly enough?: number;
}

const one = (metric: (on: Watched) => Metric) => (on: Watched) => ({ "": metric(on) });
/** A series of one function. Throws where the stack has none of that name. */
export function ofFunction({ functions }: Watched, name: string, metric: string, statistic: string, minutes: number): Metric {
  const found = functions[name];
  if (!found) throw new TypeError(`there is no function ${name}`);
  return theirs("Lambda", metric, { FunctionName: found.lambda.functionName }, statistic, minutes);
}
const errorsOf = (on: Watched, name: string, minutes: number) => ofFunction(on, name, "Errors", "Sum", minutes);

/** Watched by rules of their own. */
const inbound = ["Authorize", "Ingest"] as const;
const special: readonly string[] = [...inbound, "Decide"];
const namesOf = ({ functions }: Watched): readonly string[] => Object.keys(functions);

export const alarmRules: readonly AlarmRule[] = [
  {
    id: "ingest-failing",
    means: "Alerts are answered with 5xx. Alertmanager sends them again, for some time.",
    over: (on) => ({
      Api: theirs("ApiGateway", "5xx", { ApiId: on.apiId }, "Sum", 5),
      ...Object.fromEntries(inbound.map((name) => [name, errorsOf(on, name, 5)])),
    }),
    when: { from: 3 },
  },
  {
    id: "deliveries-too-large",
    means: "A delivery of alerts was refused as too large. Its alerts are not on record, and are not sent again.",
    over: one(({ scope }) => ours(scope, "DeliveriesTooLarge", "Sum", 5)),
    when: { from: 1 },
  },
  {
    id: "alerts-rejected",
    means: "Alerts came that nothing could be made of: they open no incident.",
    over: one(({ scope }) => ours(scope, "RejectedAlerts", "Sum", 5)),
    when: { from: 1 },
  },
  {
    id: "decide-failing",
    means: "The hub of the workflow fails: incidents stand still.",
    over: one((on) => errorsOf(on, "Decide", 5)),
    when: { from: 3 },
  },
  {
    id: "function-errors",
    means: "A function keeps failing.",
    over: (on) => Object.fromEntries(namesOf(on).flatMap((name) => (special.includes(name) ? [] : [[name, errorsOf(on, name, 15)]]))),
    when: { from: 3 },
  },
  {
    id: "throttles",
    means: "A function is called more often at once than there are places kept for it.",
    over: (on) => Object.fromEntries(namesOf(on).map((name) => [name, ofFunction(on, name, "Throttles", "Sum", 5)])),
    when: { from: 5 },
    periods: 2,
  },
  {
    id: "executions-failed",
    means: "Executions of the workflow ended without having closed their incident. The sweeper starts them again.",
    over: ({ machines }) =>
      Object.fromEntries(
        machines.flatMap(([network, arn]) =>
          ["Failed", "TimedOut", "Aborted"].map((end) => [
            inNetwork(end, network),
            theirs("States", `Executions${end}`, { StateMachineArn: arn }, "Sum", 5),
          ]),
        ),
      ),
    when: { from: 1 },
  },
  {
    id: "ticket-waiting",
    means: "An incident was handed over to people ten minutes ago, and its ticket is not there.",
    over: one(({ scope }) => ours(scope, "TicketsWaiting", "Sum", 1)),
    when: { from: 1 },
    periods: 10,
    enough: 7,
  },
  {
    id: "sweeper-finds",
    means: "The sweeper keeps finding what should not be.",
    over: one(({ scope }) => ours(scope, "Finds", "Sum", 1)),
    when: { from: 1 },
    periods: 6,
    enough: 4,
  },
  {
    id: "sweeper-silent",
    means: "The sweeper does not run: what stands still is neither started again nor seen.",
    over: one(({ scope }) => ours(scope, "Sweeps", "Sum", 1)),
    when: { below: 1 },
    periods: 5,
  },
  {
    id: "breaker-open",
    means: "A kind of remedy kept failing in a cluster, and is not used there any more.",
    over: one(({ scope }) => ours(scope, "BreakersOpen", "Sum", 1)),
    when: { from: 1 },
    periods: 3,
    enough: 2,
  },
  {
    id: "chain-broken",
    means: "A record is not as it was written, or was removed.",
    over: one(({ scope }) => ours(scope, "BrokenChains", "Sum", 5)),
    when: { from: 1 },
  },
  {
    id: "audit-dead-letters",
    means: "Records are missing from the audit log, or a closed story is not sealed. They are in the ledger.",
    over: one(({ deadLetters: { queueName: QueueName } }) =>
      theirs("SQS", "ApproximateNumberOfMessagesVisible", { QueueName }, "Maximum", 5),
    ),
    when: { from: 1 },
  },
  {
    id: "audit-behind",
    means: "The audit log is a quarter of an hour behind the ledger. The stream keeps records for a day.",
    over: one((on) => ofFunction(on, "Audit", "IteratorAge", "Maximum", 5)),
    when: { from: 15 * 60 * 1000 },
    periods: 2,
  },
];

/** Where a person reads what to do. */
export const pageOf = ({ id }: Pick<AlarmRule, "id">): string => `docs/alarms/${id}.md`;
