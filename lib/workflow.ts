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
import { contract as decideContract } from "../lambdas/decide/contract.ts";
import { contract as diagnoseContract } from "../lambdas/diagnose/contract.ts";
import { contract as escalateContract } from "../lambdas/escalate/contract.ts";
import { contract as remediateContract } from "../lambdas/remediate/contract.ts";
import type { Capability } from "./capabilities.ts";

/** The functions behind the states, by the states' names. */
export type WorkflowFunctions = Readonly<Record<"Decide" | "Diagnose" | "Ask" | "Escalate" | Capability, IFunction>>;

/**
 * An execution is only a place to wait: one that ends without being done is started again by the sweeper, and the ledger says where to go on.
 * So it need not live long. In eight hours of looking each half minute it takes 20,000 of the 25,000 events that an execution may have.
 */
export const longestExecution = Duration.hours(8);
/** Of one Ask. The deadline of the approval is the ledger's: Decide asks again until then. */
export const longestAsk = Duration.minutes(15);
/** A state waits this much longer than its function may run: for a cold start, and for the answer. */
const marginSeconds = 10;

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
/** Where Lambda has no room for a function it has not run: to ask again does no harm, and a storm of alerts is no fault. */
const whenThereIsRoom: RetryProps = {
  errors: ["Lambda.TooManyRequestsException"],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 10,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
};
/** The failed state's name still stands in `$.to`; Decide puts both on record. */
const withError: CatchProps = { errors: everything, resultPath: "$.error" };

/**
 * The workflow. Decide is the hub: it reads the incident's story and answers `{id, to, until?}`, Route goes there, and every state leads back
 * to Decide, also when it fails. The state that travels is that answer alone; all else is in the ledger. `capabilities` are the branches that
 * write, one state each. Only Decide and Escalate can leave an execution stranded: then the incident stays open and is started again.
 */
export function workflow(scope: Construct, functions: WorkflowFunctions, capabilities: readonly Capability[]): DefinitionBody {
  const stranded = new Fail(scope, "Stranded", {
    error: "Stranded",
    cause: "The workflow cannot go on: an alarm. The incident stays open, and the sweeper starts it again",
  });
  const done = new Succeed(scope, "Done", { comment: "The incident is closed" });

  const decide = task(
    scope,
    "Decide",
    functions,
    decideContract.timeoutSeconds,
    "Says what comes next, from the incident's story, and puts it on record",
  );
  decide.addRetry(patiently).addCatch(stranded, withError);

  const diagnose = task(
    scope,
    "Diagnose",
    functions,
    diagnoseContract.timeoutSeconds,
    "Reads clusters and metrics, and what became of a write",
  );
  diagnose.addRetry(whenThereIsRoom);
  const writers = capabilities.map((name) =>
    task(
      scope,
      name,
      functions,
      remediateContract.timeoutSeconds,
      "One kind of change: looks again at everything, then writes once or not at all",
    ),
  );
  for (const state of [diagnose, ...writers]) state.addCatch(decide, withError).next(decide);

  const escalate = task(
    scope,
    "Escalate",
    functions,
    escalateContract.timeoutSeconds,
    "Opens the ticket; later adds the logs of the time after",
  );
  escalate.addRetry(patiently).addCatch(stranded, withError).next(decide);

  const settle = new Wait(scope, "Settle", { time: WaitTime.timestampPath("$.until"), comment: "Waits until it is time to look" });
  settle.next(decide);

  const ask = askPeople(scope, functions.Ask);
  ask.addRetry(whenThereIsRoom);
  // That nobody answered in this time is no fault: Decide looks at the ledger's deadline.
  ask.addCatch(decide, { errors: ["States.Timeout"], resultPath: JsonPath.DISCARD });
  ask.addCatch(decide, withError).next(decide);

  const route = new Choice(scope, "Route", { comment: "Goes where Decide says; a place that it does not know is one of another version" });
  for (const state of [diagnose, ...writers, settle, ask, escalate, done]) route.when(Condition.stringEquals("$.to", state.id), state);
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
    taskTimeout: Timeout.duration(longestAsk),
    resultPath: JsonPath.DISCARD,
  });
}
