import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ScenarioId } from "../../../kernel/types/index.ts";
import { bundle } from "../../cluster/parts/certificates.ts";
import type { RealCluster } from "../../cluster/parts/start.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import { emulated } from "../../support/ministack.ts";

/** The policy of the tests on real servers. */
export const basis = join(import.meta.dirname, "../../cluster/support/policy.yaml");
/** What the cluster is called in EKS. */
export const eksName = "eks-test";
/** A scenario that nothing is done about: the policy's mode is off for it. */
export const switchedOff = "agent-restarts" satisfies ScenarioId;
/** Whoever has this role may answer approvals. */
export const onCall = "on-call";

interface Written {
  readonly mode: object;
  readonly timing: object;
}

/** The basis with the cluster where it is now, and what only AWS has. Waits are a little longer than there: functions start cold. */
export async function policyText({ url, caFile, prometheusUrl, alertmanagerUrl }: RealCluster): Promise<string> {
  const { mode, timing, ...policy } = parse(readFileSync(basis, "utf8")) as Written;
  const place = {
    region: emulated.region,
    eks: eksName,
    endpoint: url,
    ca: await bundle(caFile),
    prometheus: { url: prometheusUrl },
    alertmanager: { url: alertmanagerUrl },
  };
  return stringify({
    ...policy,
    clusters: { [clusterName]: place },
    mode: { ...mode, scenarios: { [switchedOff]: "off" } },
    approvers: [`arn:aws:sts::000000000000:assumed-role/${onCall}/*`],
    timing: { ...timing, approvalSeconds: 240, leaseSeconds: 60, writeWithinSeconds: 20, requestTimeoutSeconds: 10, logsAfterSeconds: 2 },
  });
}
