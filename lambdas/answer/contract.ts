import type { Contract } from "../contract.ts";

export { longestAskSeconds } from "../../kernel/decide/asking.ts";

/** `index.ts` exports both handlers: `handler` for the IAM-authorised route, `ask` for the workflow. People answer, and they are few. */
export const contract = {
  does: "Puts a person's answer to an approval on record, and wakes who waits for it.",
  timeoutSeconds: 15,
  memoryMiB: 512,
  concurrency: 5,
  needs: { ledger: ["view", "answer", "token"], workflow: ["wake"], policy: true },
} as const satisfies Contract;

/** The function of the state Ask. The state itself waits much longer than the function runs, which is milliseconds: these are enough for a storm. */
export const askContract = {
  does: "Keeps the token of an execution that waits for an answer, and tells people that an approval waits.",
  timeoutSeconds: 20,
  memoryMiB: 512,
  concurrency: 20,
  needs: { ledger: ["view", "putToken"], workflow: ["wake"], tickets: true },
} as const satisfies Contract;
