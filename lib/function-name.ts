import { capabilities } from "./capabilities.ts";

/** What a function is called on AWS: its stack's name, then its own. Known by name, so that an emergency stop need ask nobody which it is. */
export const functionName = (stack: string, id: string): string => `${stack}-${id}`;

/** All that are deployed, by their own names, and what they run on: for whoever looks at them from outside. A test compares them with the stack. */
export const functionIds: readonly string[] = [
  "Authorize",
  "Ingest",
  "Queued",
  "Decide",
  "Diagnose",
  "Escalate",
  "Ask",
  "Answer",
  "Sweep",
  "Patrol",
  "Provision",
  ...capabilities,
];
export const runtime = "nodejs24.x";
