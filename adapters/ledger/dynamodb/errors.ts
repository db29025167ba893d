import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { Unreachable } from "../../../kernel/ports.ts";

/** Passes by itself: another transaction has the item at this moment, or the table takes no more right now. */
const passing: ReadonlySet<string> = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Places of the steps whose condition did not hold; none where the transaction was cancelled for something that passes. Undefined where it was
 * cancelled for anything else, or was not cancelled at all.
 */
export function refusedBy(error: unknown): readonly number[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const codes = (error.CancellationReasons ?? []).map(({ Code = "None" }) => Code);
  const refused = codes.flatMap((code, place) => (code === "ConditionalCheckFailed" ? [place] : []));
  if (refused.length > 0) return refused;
  const others = codes.filter((code) => code !== "None");
  return others.length > 0 && others.every((code) => passing.has(code)) ? [] : undefined;
}

/** Requests that are wrong in themselves stay what they are; everything else may be right the next time. */
export function asUnreachable(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "ValidationException" || name === "IdempotentParameterMismatchException" || name === "TypeError") {
    return new Error(`DynamoDB did not take the request: ${message}`, { cause: error });
  }
  return new Unreachable(`DynamoDB did not answer: ${name}`, { cause: error });
}
