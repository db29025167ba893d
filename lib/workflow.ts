import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  type CatchProps,
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  IntegrationPattern,
  JitterType,
  JsonPath,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import type { Capability } from "../kernel/types/index.ts";
import { longestAskSeconds } from "../kernel/types/records.ts";
import { contract as decideContract } from "../lambdas/decide/contract.ts";
import { contract as diagnoseContract } from "../lambdas/diagnose/contract.ts";
import { contract as escalateContract } from "../lambdas/escalate/contract.ts";
import { contract as remediateContract } from "../lambdas/remediate/contract.ts";

/** The functions behind the states, by the states' names. */
export type WorkflowFunctions = Readonly<Record<"Decide" | "Diagnose" | "Ask" | "Escalate" | Capability, IFunction>>;

/**
 * An execution is only a place to wait: one that ends without being done is started again by the sweeper, and the ledger says where to go on.
 * So it need not live long. In eight hours of looking each half minute it takes 20,000 of the 25,000 events that an execution may have.
 */
export const longestExecution = Duration.hours(8);
/** A state waits this much longer than its function may run: for a cold start, and for the answer. */
const marginSeconds = 10;

/** Stands beside the machine in the console, where a person starts an execution by hand. */
export const about = `By hand, start it with {"manual": {"cluster": "...", "scenario": "workloads-not-receiving-svids", "namespace": "...", "workload_kind": "Deployment", "workload": "..."}}; the output names the incident`;

const everything = ["States.ALL"];
/** For what may be repeated without harm: Decide answers alike, a ticket is opened once. Never for a state that writes to a cluster. */
const patiently: RetryProps = {
  errors: everything,
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 5,
  maxDelay: Duration.seconds(20),
  jitterStrategy: JitterType.FULL,
};
/**
 * A call that Lambda did not take, because as many as may run already: it never ran, so it may be repeated, also where it would write. Named
 * alone: every other error of a state that writes is Decide's to judge.
 */
const untilThereIsRoom: RetryProps = {
  errors: ["Lambda.TooManyRequestsException"],
  interval: Duration.seconds(2),
  backoffRate: 1.5,
  maxAttempts: 12,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};
/** The failed state's name still stands in `$.to`; Decide puts both on record. */
const withError: CatchProps = { errors: everything, resultPath: "$.error" };

/**
 * The workflow. Decide is the hub: it reads the incident's story and answers `{id, to, until?}`, Route goes there, and every state leads back
 * to Decide, also when it fails. The state that travels is that answer alone; all else is in the ledger. `capabilities` are the branches that
 * write, one state each. Only Decide and Escalate can leave an execution stranded: then the incident stays open and is started again.
 * An execution that a person starts has `{manual: {cluster, scenario, ...}}` in place of the incident's id: Decide puts that on record.
 */
export function workflow(scope: Construct, functions: WorkflowFunctions, capabilities: readonly Capability[]): DefinitionBody {
  const stranded = new Fail(scope, "Stranded", {
    error: "Stranded",
    cause: "The workflow cannot go on: an alarm. The incident stays open, and the sweeper starts it again",
  });
  const done = new Succeed(scope, "Done", { comment: "The incident is closed, or a person's request is on record" });
  const refused = new Fail(scope, "Refused", {
    error: "Refused",
    causePath: JsonPath.stringAt("$.says"),
    comment: "A person's request that cannot be taken: the cause says what would be right",
  });

  const decide = task(
    scope,
    "Decide",
    functions,
    decideContract.timeoutSeconds,
    "Says what comes next, from the incident's story, and puts it on record",
  );
  decide.addRetry(untilThereIsRoom).addRetry(patiently).addCatch(stranded, withError);

  const diagnose = task(
    scope,
    "Diagnose",
    functions,
    diagnoseContract.timeoutSeconds,
    "Reads clusters and metrics, and what became of a write",
  );
  const writers = capabilities.map((name) =>
    task(
      scope,
      name,
      functions,
      remediateContract.timeoutSeconds,
      "One kind of change: looks again at everything, then writes once or not at all",
    ),
  );
  for (const state of [diagnose, ...writers]) state.addRetry(untilThereIsRoom).addCatch(decide, withError).next(decide);

  const escalate = task(
    scope,
    "Escalate",
    functions,
    escalateContract.timeoutSeconds,
    "Opens the ticket; later adds the logs of the time after",
  );
  escalate.addRetry(untilThereIsRoom).addRetry(patiently).addCatch(stranded, withError).next(decide);

  const settle = new Wait(scope, "Settle", { time: WaitTime.timestampPath("$.until"), comment: "Waits until it is time to look" });
  settle.next(decide);

  const ask = askPeople(scope, functions.Ask);
  // That nobody answered in this time is no fault: Decide looks at the ledger's deadline.
  ask.addRetry(untilThereIsRoom).addCatch(decide, { errors: ["States.Timeout"], resultPath: JsonPath.DISCARD });
  ask.addCatch(decide, withError).next(decide);

  const route = new Choice(scope, "Route", { comment: "Goes where Decide says; a place that it does not know is one of another version" });
  for (const state of [diagnose, ...writers, settle, ask, escalate, done, refused])
    route.when(Condition.stringEquals("$.to", state.id), state);
  route.otherwise(stranded);

  return DefinitionBody.fromChainable(decide.next(route));
}

type Named = Exclude<keyof WorkflowFunctions, "Ask">;

/** Calls the function with the state as it is. Decide's answer becomes the state; what others answer is dropped. */
function task(scope: Construct, name: Named, functions: WorkflowFunctions, seconds: number, comment: string): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    comment,
    lambdaFunction: functions[name],
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(seconds + marginSeconds)),
    ...(name === "Decide" ? {} : { resultPath: JsonPath.DISCARD }),
  });
}

/** Hands over a token and waits until somebody gives it back. The token only wakes: the answer itself is in the ledger. */
function askPeople(scope: Construct, lambdaFunction: IFunction): LambdaInvoke {
  return new LambdaInvoke(scope, "Ask", {
    comment: "Hands over a token and waits for a person; Decide asks again until the approval's own deadline",
    lambdaFunction,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: TaskInput.fromObject({ id: JsonPath.stringAt("$.id"), token: JsonPath.taskToken, until: JsonPath.stringAt("$.until") }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(longestAskSeconds)),
    resultPath: JsonPath.DISCARD,
  });
}
