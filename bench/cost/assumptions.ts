import { bounds } from "../../kernel/collect.ts";

/** What was not measured, because it is AWS's or the network's. Change it here, and the page follows. */
export const assumed = {
  /** Milliseconds that one request takes on AWS longer than here. */
  ledgerMs: 6,
  archiveMs: 30,
  worldMs: 20,
  /** So many questions to the cluster go at once, as `kernel/collect.ts` has it. */
  worldAtOnce: bounds.parallel,
  /** Bytes that Lambda puts around each line, and writes of each call by itself. */
  bytesPerLine: 150,
  bytesPerCall: 700,
  /** CloudWatch counts so many bytes more for each event that is put into a log group (its API reference, "PutLogEvents"). */
  bytesPerEvent: 26,
  /** Requests to KMS: of each object, and of each message. */
  keyRequestsPerObject: 1,
  keyRequestsPerMessage: 2,
  daysPerMonth: 30,
} as const;
