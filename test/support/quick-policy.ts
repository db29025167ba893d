import { join } from "node:path";
import { loadPolicy } from "../../adapters/policy/parse.ts";
import type { Policy } from "../../kernel/types/index.ts";

/** The practice's policy with waits that a test can afford. */
export function quickPolicy(): Policy {
  const policy = loadPolicy(join(import.meta.dirname, "../../adapters/policy/practice.yaml"));
  const timing = {
    ...policy.timing,
    settleFactor: 0.03,
    lookAgainSeconds: 0.2,
    logsAfterSeconds: 0.2,
    writeWithinSeconds: 2,
    requestTimeoutSeconds: 2,
    clockSkewSeconds: 0,
    pauseSeconds: 0.1,
    leaseSeconds: 3,
  };
  return { ...policy, timing };
}
