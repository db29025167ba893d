import type { Given, Read } from "../../kernel/types/index.ts";
import { expectation, ownerByName } from "../kubernetes/expected.ts";
import { hasVolume } from "../kubernetes/injection.ts";
import { entries } from "../kubernetes/mutation.ts";
import { isLive } from "../kubernetes/objects-pod.ts";
import * as cluster from "./kubernetes.ts";

export interface Tally {
  /** Pods that should have the volume: the webhook would inject them, or the policy names them. */
  readonly expected: number;
  /** How many of those have not. */
  readonly symptomatic: number;
}
export interface Fleet extends Tally {
  /** Pods of which it cannot be computed whether the webhook would inject them. */
  readonly undecided: number;
  /** By `namespace/name` of the workload, the most concerned first. */
  readonly byOwner: readonly (Tally & { readonly owner: string })[];
}

/** Who should have the volume in the whole cluster, and who has not. Three lists are read, each whole or not at all. */
export function fleetOf(read: Read, given: Given): Fleet {
  const { installation } = given.policy;
  const [pods, namespaces, configuration] = read.all(
    cluster.allPods(),
    cluster.namespaces(),
    cluster.webhookConfiguration(installation.webhook),
  );
  const labels = new Map(namespaces.map((namespace) => [namespace.name, namespace.labels]));
  const webhooks = configuration ? entries(configuration) : [];
  const judged = pods.filter(isLive).map((pod) => ({
    owner: `${pod.namespace}/${ownerByName(pod).name}`,
    expects: expectation(pod, webhooks, labels.get(pod.namespace) ?? {}, given),
    lacks: !hasVolume(pod, installation.driver),
  }));
  const expected = judged.filter(({ expects }) => expects === "yes");
  return {
    ...tally(expected),
    undecided: judged.filter(({ expects, lacks }) => expects === "unknown" && lacks).length,
    byOwner: [...Map.groupBy(expected, ({ owner }) => owner)]
      .map(([owner, all]) => ({ owner, ...tally(all) }))
      .sort((a, b) => b.symptomatic - a.symptomatic || (a.owner < b.owner ? -1 : 1)),
  };
}

const tally = (all: readonly { readonly lacks: boolean }[]): Tally => ({
  expected: all.length,
  symptomatic: all.filter(({ lacks }) => lacks).length,
});
