import { collect } from "../../../kernel/collect.ts";
import { digest } from "../../../kernel/digest.ts";
import { incidentId } from "../../../kernel/ids.ts";
import type { Alert, Diagnosis, Incident } from "../../../kernel/types/index.ts";
import { fingerprintOf } from "../../../lambdas/ingest/fingerprint.ts";
import { svidMintFailures } from "../../../runbook/checks/svid-mint-failures.ts";
import { rules } from "../../../runbook/rules.ts";
import { missing } from "../existing.ts";
import { UsageError } from "../mistakes.ts";
import type { Target } from "../target.ts";
import { type Explained, mendingAll, unknowns, verdictOn } from "./explained.ts";
import type { Looking } from "./looking.ts";

/** Runs the chain of the runbook's first section on a workload that is there, as an incident would. Throws `UsageError` where it is not. */
export async function explain(target: Target, { world, given, metrics }: Looking): Promise<Explained> {
  const gone = await missing({ of: "owner", ...target }, world.fetch);
  if (gone) throw new UsageError(`there is no ${gone.called} in cluster ${given.cluster}${gone.hint}`);
  const incident = incidentAbout(target, given);
  const scenario = rules.scenarioOf(incident);
  const { value: diagnosis, evidence } = await collect((seen) => {
    return scenario.diagnose(incident, 1, given, seen);
  }, world);
  const verdict = verdictOn(diagnosis, scenario.chain);
  return {
    of: `${target.kind} ${target.namespace}/${target.name}`,
    cluster: given.cluster,
    verdict,
    says: says(verdict, diagnosis, metrics),
    notes: [],
    mend: mendingAll(diagnosis),
    chain: scenario.chain,
    diagnosis,
    evidence,
  };
}

/** An incident that is on no record: somebody wants to know. */
function incidentAbout({ namespace, kind, name }: Target, { cluster, policy, now }: Looking["given"]): Incident {
  const labels = { cluster, namespace, ...(kind === "Pod" ? { pod: name } : { workload_kind: kind, workload: name }) };
  const key = { cluster, scenario: "workloads-not-receiving-svids", scope: { of: "owner", namespace, kind, name } } as const;
  const alert: Alert = {
    from: "manual",
    status: "firing",
    cluster,
    fingerprint: fingerprintOf(labels),
    startsAt: now,
    labels,
    body: digest(labels),
  };
  return { ...key, id: incidentId(key, 1), generation: 1, alerts: [alert], alertCount: 1, openedAt: now, policy: policy.version };
}

function says(verdict: Explained["verdict"], { findings, cause }: Diagnosis, metrics: boolean): string {
  if (cause) return cause.says;
  if (verdict === "healthy") return "nothing keeps it from its SVIDs";
  const open = findings.filter(({ is }) => is === "faulty" || is === "unknown");
  if (!metrics && open.length > 0 && open.every(({ check, is }) => is === "unknown" && check === svidMintFailures.id))
    return "the cluster shows no fault, but whether SVIDs are minted is not known without a Prometheus (--prometheus URL)";
  return `cannot be told: ${unknowns(findings)}`;
}
