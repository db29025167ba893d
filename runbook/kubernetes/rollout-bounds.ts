import type { Controller } from "./objects-controller.ts";

type Amount = string | number;

/**
 * How many of the wanted pods a rollout may take away before new ones serve, as the controller of each kind computes it; undefined where neither a
 * number nor per cent is said. Each kind rounds in its own way, and where nothing could move, one pod goes.
 */
export function mostUnavailable({ kind, maxSurge, maxUnavailable }: Controller, wanted: number): number | undefined {
  switch (kind) {
    // `deployment/util.ResolveFenceposts`: surge is rounded up, what may be missing down.
    case "Deployment":
      return within(scaled(maxSurge ?? "25%", wanted, Math.ceil), scaled(maxUnavailable ?? "25%", wanted, Math.floor));
    // `daemon.updatedDesiredNodeCounts`: both are rounded up. With surge, an old pod goes only once the new one beside it is available.
    case "DaemonSet": {
      const surge = scaled(maxSurge ?? 0, wanted, Math.ceil);
      return within(surge, surge ? 0 : scaled(maxUnavailable ?? 1, wanted, Math.ceil));
    }
    // `statefulset.getStatefulSetMaxUnavailable`: rounded down, no surge. Before 1.37 it is always one.
    case "StatefulSet":
      return within(0, scaled(maxUnavailable ?? 1, wanted, Math.floor));
    case "ReplicaSet":
    case "Job":
      return 0;
  }
}

/** So many of the wanted pods never get the new template: a StatefulSet's partition. */
export const keptBack = ({ kind, partition }: Controller, wanted: number): number =>
  kind === "StatefulSet" ? Math.min(partition, wanted) : 0;

const within = (surge: number | undefined, unavailable: number | undefined): number | undefined =>
  surge === 0 && unavailable === 0 ? 1 : surge === undefined ? undefined : unavailable;

/** Multiplied first, as Kubernetes does it: 55 % of 100 is 55, and 0.55 times 100 a little more. */
function scaled(amount: Amount, of: number, round: (n: number) => number): number | undefined {
  if (typeof amount === "number") return amount;
  const percent = /^(\d+)%$/.exec(amount)?.[1];
  return percent === undefined ? undefined : round((Number(percent) * of) / 100);
}
