import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import type { Condition, Deployment, ReplicaSet } from "../kubernetes/objects.ts";
import { amount, controllerStatus, counts, withCondition } from "./common.ts";

/** The status and the two conditions, with the controller's own reasons and messages. */
export function reportDeployment(
  { store, now }: Cluster,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): void {
  const sum = (of: (set: ReplicaSet) => number | undefined) => sets.reduce((total, set) => total + (of(set) ?? 0), 0);
  const replicas = sum(({ status }) => status.replicas);
  const available = sum(({ status }) => status.availableReplicas);
  const numbers = {
    replicas,
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: sum(({ status }) => status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(({ spec }) => spec.replicas) - available),
  };
  const terminatingReplicas = sum(({ status }) => status.terminatingReplicas);
  const at = timestamp(now());
  const { status, metadata, spec } = deployment;
  const moved = (Object.keys(numbers) as (keyof typeof numbers)[]).some((key) => (status[key] ?? 0) !== numbers[key]);
  const availability = availabilityOf(available >= spec.replicas - bounds(deployment).unavailable);
  const progress = progressOf(deployment, numbers, current, moved, now());
  const withAvailability = set(status.conditions, availability, at);
  const conditions = progress ? set(withAvailability, progress, at) : withAvailability;
  const observed = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  store.replace(deployment, { status: { ...observed, ...counts(numbers), terminatingReplicas, conditions } }, controllerStatus);
}

const availabilityOf = (enough: boolean): Condition => ({
  type: "Available",
  status: enough ? "True" : "False",
  reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
  message: `Deployment ${enough ? "has" : "does not have"} minimum availability.`,
});

type Numbers = { readonly replicas: number; readonly updatedReplicas: number; readonly availableReplicas: number };

function progressOf(
  { spec, status }: Deployment,
  is: Numbers,
  current: ReplicaSet | undefined,
  moved: boolean,
  now: number,
): Condition | undefined {
  if (!current) return undefined;
  const named = `ReplicaSet "${current.metadata.name}"`;
  const before = status.conditions?.find(({ type }) => type === "Progressing");
  const complete = [is.replicas, is.updatedReplicas, is.availableReplicas].every((each) => each === spec.replicas);
  const progressing = { type: "Progressing", status: "True" as const };
  if (complete) return { ...progressing, reason: "NewReplicaSetAvailable", message: `${named} has successfully progressed.` };
  if (before?.reason === "NewReplicaSetAvailable" && before.message?.startsWith(named)) return before;
  if (!moved && before?.reason === "ProgressDeadlineExceeded") return before;
  const quiet = now - Date.parse(before?.lastUpdateTime ?? timestamp(now));
  if (!moved && quiet > spec.progressDeadlineSeconds * 1000) {
    return { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: `${named} has timed out progressing.` };
  }
  const next = { ...progressing, reason: "ReplicaSetUpdated", message: `${named} is progressing.` };
  return moved || before?.message !== next.message ? next : before;
}

/** `lastUpdateTime` says when the controller last had something new to say. */
function set(all: readonly Condition[] | undefined, next: Condition, at: string): Condition[] {
  const before = all?.find(({ type }) => type === next.type);
  if (before === next || (before?.reason === next.reason && before?.message === next.message && next.reason !== "ReplicaSetUpdated"))
    return [...(all ?? [])];
  return withCondition(all, { ...next, lastUpdateTime: at, lastTransitionTime: at });
}

/** Percentages of the surge are rounded up, of what may be missing down; both zero would stand still. */
export function bounds({ spec: { replicas, strategy } }: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (strategy.type === "Recreate") return { surge: 0, unavailable: replicas };
  const surge = amount(strategy.rollingUpdate?.maxSurge ?? "25%", replicas, Math.ceil);
  const unavailable = amount(strategy.rollingUpdate?.maxUnavailable ?? "25%", replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
