import type { Cluster } from "../cluster.ts";
import { createPod } from "../controllers/pods.ts";
import { nextDue } from "../controllers/tick.ts";
import type { Manifest } from "../kubernetes/manifest.ts";

/** Something that was done to the cluster, so many milliseconds before the world begins. */
export interface Happening {
  readonly ago: number;
  readonly what: (cluster: Cluster) => void;
}
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const ago = (ms: number, ...what: readonly Happening["what"][]): Happening[] => what.map((each) => ({ ago: ms, what: each }));

/** `by` is the manager that `managedFields` names. */
export const apply =
  (manifests: readonly Manifest[], by = "kubectl-client-side-apply"): Happening["what"] =>
  (cluster) => {
    for (const manifest of manifests) {
      if (manifest.kind === "Pod") createPod(cluster, manifest, { manager: by });
      else cluster.store.create(manifest, { manager: by });
    }
  };

export interface Replay {
  readonly cluster: Cluster;
  /** Moves the clock of the cluster. */
  readonly setTime: (ms: number) => void;
  readonly tick: () => void;
}

/**
 * Lets the controllers live through the history, so that what the world begins with is what they would have made of it: pods older than a
 * webhook have no volume because nobody was there to add it.
 */
export function replay({ cluster, setTime, tick }: Replay, history: readonly Happening[], start: number): void {
  const settle = () => {
    tick();
    for (let due = nextDue(cluster, cluster.now()); due !== undefined; due = nextDue(cluster, due)) {
      setTime(due);
      tick();
    }
  };
  let now = Number.NEGATIVE_INFINITY;
  for (const { ago: before, what } of [...history].sort((a, b) => b.ago - a.ago)) {
    now = Math.max(now, start - before);
    setTime(now);
    what(cluster);
    settle();
    now = Math.max(now, cluster.now());
  }
}
