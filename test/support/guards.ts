import { bounds, collect } from "../../kernel/collect.ts";
import { judge } from "../../kernel/judge.ts";
import { planOf } from "../../kernel/plan.ts";
import type {
  ClusterState,
  Diagnosis,
  Entry,
  Finding,
  Found,
  Guard,
  LedgerView,
  Reason,
  Remedy,
  Situation,
  Some,
} from "../../kernel/types/index.ts";
import { derive } from "../../runbook/derive.ts";
import { type Answers, worldOf } from "./evidence.ts";
import { aCluster, anIncident, aPolicy, aRestart, at, aView, sha } from "./incidents.ts";
import { type Change, merged, type Raw } from "./objects.ts";

/** The moment at which guards are asked: a minute and a half into the incident. */
export const now = at(90);

const of = { check: "svid.older-than-webhook", subject: { on: "fleet" }, evidence: [sha("e")] as Some<ReturnType<typeof sha>> } as const;
const fault: Found<"faulty"> = { is: "faulty", says: "its pods are older than the webhook", ...of };

/** A round that found one cause, and proposes these. */
export const foundFaulty = (remedies: readonly Remedy[], cause: Found<"faulty"> = fault): Diagnosis => ({
  round: 1,
  findings: [cause],
  cause,
  remedies,
});
const ok: Finding = { is: "healthy", says: "all is well", ...of };
export const foundHealthy: Diagnosis = { round: 1, findings: [ok], cause: undefined, remedies: [] };

/** A story up to a diagnosis that was made `seconds` after the opening. */
export const diagnosedAt = (seconds: number, diagnosis: Diagnosis): readonly [number, Entry] => [
  seconds,
  { type: "diagnosed", diagnosis, evidence: sha("evidence") },
];

/** All that stands for a restart of payments/checkout; what a test changes wins. */
export function aSituation({ remedy = aRestart(), incident = anIncident(), ...change }: Partial<Situation> = {}): Situation {
  const diagnosis = change.diagnosis ?? foundFaulty([remedy]);
  return {
    incident,
    alerts: incident.alerts,
    diagnosis,
    remedy,
    plan: planOf(remedy),
    undoing: false,
    ledger: aView([diagnosedAt(60, diagnosis)], { incident }),
    policy: aPolicy(),
    now,
    ...change,
  };
}

/** A ledger whose cluster is in this state. */
export const cluster = (change: Partial<ClusterState>): LedgerView => aView([], { cluster: aCluster(change) });

export type Asked = Partial<Situation> & Answers;
export type Said = { readonly rule: "allow" } | Reason;

/** Asks one guard as in production: through the judge, over evidence that is fetched as it asks. */
export async function asked(guard: Guard, { objects = [], besides = [], ...change }: Asked = {}): Promise<Said> {
  const situation = aSituation(change);
  const { policy, now } = situation;
  const given = { cluster: situation.incident.cluster, policy, now };
  const { value } = await collect(
    (evidence) => judge([guard], situation, evidence),
    worldOf({ objects, besides }),
    bounds,
    (text, read) => derive(text, read, given),
  );
  return value.verdict === "allow" ? { rule: "allow" } : value.reasons[0];
}

const budget = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: {
    name: "ledger-pdb",
    namespace: "payments",
    uid: "u-pdb",
    resourceVersion: "5",
    generation: 1,
    creationTimestamp: "2026-11-19T03:00:00Z",
  },
  spec: { minAvailable: 1, selector: { matchLabels: { app: "ledger" } } },
  status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
};
/** A PodDisruptionBudget that covers the pods of StatefulSet ledger and allows one disruption. */
export const aBudget = (change: Change = {}): Raw => merged(budget, change) as unknown as Raw;
