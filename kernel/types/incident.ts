import type { IncidentId, Instant, Sha256, Some } from "./basics.ts";

export const scenarioIds = [
  "overall-health",
  "workloads-not-receiving-svids",
  "elevated-latency",
  "attestation-failures",
  "server-connectivity",
  "resource-saturation",
  "agent-restarts",
] as const;
export type ScenarioId = (typeof scenarioIds)[number];

export type OwnerKind = "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "Pod";

/**
 * What one incident is about: alerts of one scenario in one scope of one cluster join the incident that is open there.
 * A pod without a known owner is an owner of kind `Pod` until the cluster says more.
 */
export type Scope =
  | { readonly of: "owner"; readonly namespace: string; readonly kind: OwnerKind; readonly name: string }
  | { readonly of: "namespace"; readonly namespace: string }
  | { readonly of: "node"; readonly node: string }
  | { readonly of: "host"; readonly instance: string }
  | { readonly of: "cluster" };

/** Who says so. Only Alertmanager's alerts can be asked after later; the others stay true for as long as a fresh check is faulty. */
export type Origin = "alertmanager" | "manual" | "patrol" | "fold";

interface AlertBase {
  readonly from: Origin;
  readonly cluster: string;
  readonly fingerprint: string;
  readonly startsAt: Instant;
  /** Only the labels that the runbook knows, each at most 253 characters; the whole body is in the archive under `body`. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Of one that came from Alertmanager: digest of all its labels, as they came and as whatever is read is redacted. A fingerprint has 64 bits and is made
   * to be quick, so another alert can be made to have it; not so this. Absent in records of versions that did not keep it.
   */
  readonly whole?: Sha256;
  /** Archive address of the delivery that brought it. */
  readonly body: Sha256;
}
/** One entry of `alerts[]` of a webhook, or a manual request, or a patrol's find. (cluster, fingerprint, startsAt) is only its receipt. */
export type Alert = AlertBase & ({ readonly status: "firing" } | { readonly status: "resolved"; readonly endsAt: Instant });

export interface Incident {
  readonly id: IncidentId;
  /** Counts the incidents of one key (cluster, scenario, scope) from 1. */
  readonly generation: number;
  readonly cluster: string;
  readonly scenario: ScenarioId;
  readonly scope: Scope;
  /** The alerts that opened it, at most 20; `alertCount` says how many there were. */
  readonly alerts: Some<Alert>;
  readonly alertCount: number;
  readonly openedAt: Instant;
  /** When the one before of the same key was closed; absent where it is the first. */
  readonly after?: Instant;
  /** The version of the policy in force at the opening. */
  readonly policy: Sha256;
}
