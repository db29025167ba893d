import type { Contract } from "../contract.ts";

/**
 * Fed by the stream of Records: one at a time for each of the stream's shards, of which a table that is paid by request has four, and more
 * after a storm. What finds no room waits in the stream.
 */
export const contract = {
  does: "Writes each record into the audit log, and seals the story of an incident that is closed.",
  timeoutSeconds: 60,
  memoryMiB: 512,
  concurrency: 10,
  needs: { stream: true, auditLog: true, ledger: ["view"], archive: ["put"], policy: true, metrics: true },
} as const satisfies Contract;
