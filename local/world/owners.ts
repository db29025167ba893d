import { isActive, isReady, ownedBy } from "./controllers/common.ts";
import { isInjected } from "./controllers/spirl.ts";
import type { Labels, Pod } from "./kubernetes/objects.ts";
import type { Store } from "./kubernetes/store.ts";

/** The live pods of the owner that an alert's labels name. */
export function podsOf(store: Store, { namespace = "", workload_kind, workload = "" }: Readonly<Labels>): readonly Pod[] {
  const pods = store.list("Pod", namespace).filter(isActive);
  switch (workload_kind) {
    case "Pod":
      return pods.filter(({ metadata }) => metadata.name === workload);
    case "Deployment": {
      const deployment = store.get("Deployment", workload, namespace);
      const sets = deployment ? store.list("ReplicaSet", namespace).filter(ownedBy(deployment)) : [];
      return pods.filter((pod) => sets.some((set) => ownedBy(set)(pod)));
    }
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet": {
      const owner = store.get(workload_kind, workload, namespace);
      return owner ? pods.filter(ownedBy(owner)) : [];
    }
    default:
      return [];
  }
}

/** Nothing is left to alert about: every pod of the owner is injected and Ready. A pod that was the owner itself may also be gone. */
export function isWhole(store: Store, labels: Readonly<Labels>): boolean {
  const pods = podsOf(store, labels);
  if (pods.length === 0) return labels.workload_kind === "Pod";
  return pods.every((pod) => isInjected(pod) && isReady(pod));
}
