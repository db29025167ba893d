import type { Cluster } from "../cluster.ts";
import { covers, disruptionAllowed } from "../controllers/budgets.ts";
import { isReady, withCondition } from "../controllers/common.ts";
import { deletePod } from "../controllers/pods.ts";
import { at, isObject, type Json, timestamp } from "./json.ts";
import type { Pod, PodDisruptionBudget } from "./objects.ts";
import { ApiError, badRequest, conflict, created } from "./status.ts";

const apiServer = { manager: "kube-apiserver" };

/**
 * `POST pods/NAME/eviction`, in the order of Kubernetes' `pkg/registry/core/pod/storage/eviction.go`: the budget first, the uid last.
 * Throws 400, 404, 409 (another uid or resourceVersion), 429 (a budget), 500 (several budgets).
 */
export function evict(cluster: Cluster, namespace: string, name: string, body: unknown, dryRun: boolean): typeof created {
  if (at(body, "metadata.name") !== name) throw badRequest("name in URL does not match name in Eviction object");
  const given = at(body, "deleteOptions");
  const options = isObject(given) ? given : {};
  const dry = dryRun || isDryEviction(body);
  const pod = cluster.store.need("Pod", name, namespace);
  if (!ignoresBudgets(pod)) spend(cluster, pod, dry);
  checkPreconditions(pod, options);
  if (!dry) remove(cluster, cluster.store.need("Pod", name, namespace));
  return created;
}

/** An eviction can also say in its body that it is only a rehearsal. */
export const isDryEviction = (body: unknown): boolean => {
  const dryRun = at(body, "deleteOptions.dryRun");
  return Array.isArray(dryRun) && dryRun.includes("All");
};

/** Nothing is lost with a pod that does not run, or is going anyway. */
const ignoresBudgets = ({ status, metadata }: Pod) => status.phase !== "Running" || metadata.deletionTimestamp !== undefined;

function spend(cluster: Cluster, pod: Pod, dryRun: boolean): void {
  const budgets = cluster.store.list("PodDisruptionBudget", pod.metadata.namespace).filter((each) => covers(each, pod));
  const [budget] = budgets;
  if (!budget) return;
  if (budgets.length > 1) {
    const message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    throw new ApiError({ code: 500, message });
  }
  const { spec, status } = budget;
  const spare =
    spec.unhealthyPodEvictionPolicy === "AlwaysAllow" || (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0);
  if (!isReady(pod) && spare) return;
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${budget.metadata.name} is still being processed by the server.`, 10);
  }
  if (status.disruptionsAllowed <= 0) throw tooMany(whyNot(budget));
  if (!dryRun) count(cluster, budget, pod);
}

function whyNot({ metadata: { name }, status }: PodDisruptionBudget): string {
  if (status.currentHealthy > status.desiredHealthy) return `The disruption budget ${name} does not allow evicting pods currently`;
  return `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
}

const tooMany = (message: string, retryAfterSeconds?: number) =>
  new ApiError({
    code: 429,
    reason: "TooManyRequests",
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: { causes: [{ reason: "DisruptionBudget", message }], ...(retryAfterSeconds ? { retryAfterSeconds } : {}) },
  });

/** The API server takes the disruption out of the status itself; the controller counts anew when the pod is going. */
function count({ store, now }: Cluster, budget: PodDisruptionBudget, pod: Pod): void {
  const time = timestamp(now());
  store.update(
    budget,
    ({ status }) => {
      status.disruptionsAllowed--;
      status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: time };
      if (status.disruptionsAllowed === 0) status.conditions = withCondition(status.conditions, disruptionAllowed(budget, false, time));
    },
    { ...apiServer, subresource: "status" },
  );
}

/** `deleteOptions.preconditions`, also for a plain delete. */
export function checkPreconditions({ metadata }: Pod, options: Json): void {
  const wanted = isObject(options.preconditions) ? options.preconditions : {};
  const kind = { plural: "Pod", group: "" };
  const differs = (key: "uid" | "resourceVersion") => wanted[key] !== undefined && wanted[key] !== "" && wanted[key] !== metadata[key];
  if (differs("uid")) {
    const says = `the UID in the precondition (${wanted.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(kind, metadata.name, says);
  }
  if (differs("resourceVersion")) {
    const says = `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(kind, metadata.name, says);
  }
}

function remove(cluster: Cluster, pod: Pod): void {
  const condition = {
    type: "DisruptionTarget",
    status: "True" as const,
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  const target = cluster.store.update(
    pod,
    ({ status }) => {
      status.conditions = withCondition(status.conditions, { ...condition, lastTransitionTime: timestamp(cluster.now()) });
    },
    { ...apiServer, subresource: "status" },
  );
  deletePod(cluster, target, apiServer);
}
