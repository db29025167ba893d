import { longestWriterSeconds } from "../../kernel/types/index.ts";
import type { Contract } from "../contract.ts";

/**
 * One function and role for each capability. It lives longer than the lease of any policy. Few at once: a cluster takes one write at a time
 * anyway.
 */
export const contract = {
  does: "Carries out one kind of change, after looking again at everything.",
  timeoutSeconds: longestWriterSeconds,
  memoryMiB: 1024,
  concurrency: 5,
  needs: { ledger: ["view", "append", "conclude", "permit", "permitOf"], archive: ["put"], cluster: "writer", secrets: true, policy: true },
} as const satisfies Contract;
