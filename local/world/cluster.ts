import type { Labels } from "./kubernetes/objects.ts";
import { Store } from "./kubernetes/store.ts";

/** EKS: pods of this namespace with these labels run on Fargate. */
export interface FargateProfile {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}
/** The cluster as its controllers share it. Times in milliseconds. */
export interface Cluster {
  readonly store: Store;
  readonly now: () => number;
  /** From a pod's node to its being Ready; a deleted pod takes half of it to go. */
  readonly readyDelayMs: number;
  /** When each pod's next change of state is due, by uid: what a kubelet knows and the API does not. */
  readonly due: Map<string, number>;
  /** How often each webhook was passed over because it could not be called (`failurePolicy: Ignore`). */
  readonly failedOpen: Map<string, number>;
  readonly fargateProfiles: FargateProfile[];
  /** Namespaces whose new pods never get Ready. */
  readonly neverReady: ReadonlySet<string>;
}

export function newCluster(now: () => number, readyDelayMs: number, neverReady: ReadonlySet<string> = new Set()): Cluster {
  return { store: new Store(now), now, readyDelayMs, due: new Map(), failedOpen: new Map(), fargateProfiles: [], neverReady };
}
