import type { Contract } from "../contract.ts";

/**
 * One function and role for each capability. It lives longer than the cluster's lease (180 s as shipped), so that a write under way is over,
 * or will never be, before anybody takes it for dead. Few at once: a cluster takes one write at a time anyway.
 */
export const contract = {
  does: "Carries out one kind of change, after looking again at everything.",
  timeoutSeconds: 300,
  memoryMiB: 1024,
  concurrency: 5,
  needs: { ledger: ["view", "append", "conclude", "permit", "permitOf"], archive: ["put"], cluster: "writer", secrets: true, policy: true },
} as const satisfies Contract;
