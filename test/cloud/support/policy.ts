import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

/** Where the cluster `practice` is. */
export interface Places {
  readonly kubernetes: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}
/** Whoever has this role may answer approvals. */
export const onCall = "on-call";

/**
 * The practice's policy, with the cluster at these places and more clusters by name. Waits are a little longer than on one machine: functions
 * start cold.
 */
export function policyText({ kubernetes, prometheus, alertmanager }: Places, more: readonly string[] = []): string {
  const practice = parse(readFileSync(join(import.meta.dirname, "../../../adapters/policy/practice.yaml"), "utf8")) as {
    readonly limits: object;
    readonly timing: object;
  };
  const place = { region: "us-east-1", endpoint: kubernetes, prometheus: { url: prometheus }, alertmanager: { url: alertmanager } };
  return stringify({
    ...practice,
    clusters: Object.fromEntries(["practice", ...more].map((name) => [name, { ...place, eks: `eks-${name}` }])),
    approvers: [`arn:aws:sts::000000000000:assumed-role/${onCall}/*`],
    limits: { ...practice.limits, cooldownSeconds: 1 },
    timing: {
      ...practice.timing,
      approvalSeconds: 240,
      leaseSeconds: 60,
      writeWithinSeconds: 20,
      requestTimeoutSeconds: 10,
      logsAfterSeconds: 2,
      pauseSeconds: 1,
    },
  });
}
