import { capabilities } from "../runbook/remedies/capabilities.ts";
import { fitting } from "./names.ts";

/**
 * What a function is called on AWS: its stack's name, then its own (`inNetwork`, where it is in one). Known by name, so that an emergency stop need ask
 * nobody which it is. Throws `NameTooLong`.
 */
export const functionName = (stack: string, id: string): string => fitting("function", `${stack}-${id}`, 64);

/** Those that go to clusters: there is one more of each in each network. */
export const enteringIds: readonly string[] = ["Diagnose", "Escalate", "Patrol", ...capabilities];

/** All that are deployed outside of networks, by their own names, and what they run on: for whoever looks at them from outside. A test compares them with the stack. */
export const functionIds: readonly string[] = [
  "Authorize",
  "Ingest",
  "Queued",
  "Decide",
  "Ask",
  "Answer",
  "Sweep",
  "Provision",
  "Audit",
  ...enteringIds,
];
export const runtime = "nodejs24.x";
