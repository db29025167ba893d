import type { Given, Read } from "../../kernel/types/index.ts";
import { expectation, ownerByName } from "../kubernetes/expected.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { deliveryTo } from "../kubernetes/injection.ts";
import { entries } from "../kubernetes/mutation.ts";
import { isLive } from "../kubernetes/objects-pod.ts";
import * as cluster from "./kubernetes.ts";

export interface Tally {
  /** Pods that should have the socket: the webhook would inject them, or the policy names them. */
  readonly expected: number;
  /** How many of those have no way to get it. */
  readonly symptomatic: number;
  /** Pods without it of which it cannot be computed whether the webhook would inject them. */
  readonly undecided: number;
}
export interface Fleet extends Tally {
  /** By `Kind namespace/name` of the workload, the most concerned first; those only that have pods of the tally. */
  readonly byOwner: readonly (Tally & { readonly owner: string })[];
}

/**
 * Who should have the socket in the whole cluster, and who has no way to get it, by pods and by their owners. Pods on Fargate are nobody's but their
 * own: no webhook and no server has to do with it. Four lists are read, each whole or not at all.
 */
export function fleetOf(read: Read, given: Given): Fleet {
  const { installation } = given.policy;
  const [pods, namespaces, nodes, configuration] = read.all(
    cluster.allPods(),
    cluster.namespaces(),
    cluster.nodes(),
    cluster.webhookConfiguration(installation.webhook),
  );
  const labels = new Map(namespaces.map((namespace) => [namespace.name, namespace.labels]));
  const machines = new Map(nodes.map((node) => [node.name, node]));
  const webhooks = configuration ? entries(configuration) : [];
  const judged = pods
    .filter((pod) => isLive(pod) && !fargateSign(pod, machines.get(pod.node ?? "")))
    .map((pod) => ({
      owner: ownerTitle(pod.namespace, ownerByName(pod)),
      expects: expectation(pod, webhooks, labels.get(pod.namespace) ?? {}, given),
      lacks: deliveryTo(pod, undefined, installation.driver).by === "nothing",
    }))
    .filter(({ expects, lacks }) => expects === "yes" || (expects === "unknown" && lacks));
  return {
    ...tally(judged),
    byOwner: [...Map.groupBy(judged, ({ owner }) => owner)]
      .map(([owner, all]) => ({ owner, ...tally(all) }))
      .sort((a, b) => b.symptomatic - a.symptomatic || (a.owner < b.owner ? -1 : 1)),
  };
}

const ownerTitle = (namespace: string, { kind, name }: ReturnType<typeof ownerByName>): string => `${kind} ${namespace}/${name}`;

type Judged = { readonly expects: "yes" | "no" | "unknown"; readonly lacks: boolean };
const tally = (all: readonly Judged[]): Tally => {
  const expected = all.filter(({ expects }) => expects === "yes");
  return {
    expected: expected.length,
    symptomatic: expected.filter(({ lacks }) => lacks).length,
    undecided: all.length - expected.length,
  };
};
