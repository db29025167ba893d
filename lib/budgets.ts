const kB = 1000;

/** Largest bundle of each folder of `lambdas/`, in bytes: import time is the better part of a cold start. */
export const budgets = {
  authorize: 150 * kB,
  ingest: 700 * kB,
  decide: 700 * kB,
  answer: 700 * kB,
  escalate: 700 * kB,
  sweep: 700 * kB,
  provision: 700 * kB,
  diagnose: 2400 * kB,
  remediate: 2400 * kB,
  patrol: 2400 * kB,
} as const;
