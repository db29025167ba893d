import type { Given, OwnerKind, Read } from "../kernel/types/index.ts";
import { expectation } from "./kubernetes/expected.ts";
import { deliveryTo } from "./kubernetes/injection.ts";
import { entries } from "./kubernetes/mutation.ts";
import { isLive, type Pod } from "./kubernetes/objects-pod.ts";
import { type Owner, ownerName, ownersOf } from "./kubernetes/owner.ts";
import * as cluster from "./queries/kubernetes.ts";

/** A workload that should have the SPIFFE socket, and how many of its live pods have no way to get it. */
export interface Find {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
  readonly pods: number;
}

/**
 * The system's own look, because no metric shows a missing injection: owners whose live pods have no volume of the driver, and no mount of their
 * own either, although the webhook would inject pods like them or the policy names them; the most concerned first. What cannot be computed is
 * left out, for unknown is not unhealthy; a list that cannot be read ends the whole look.
 */
export function finds(read: Read, given: Given): readonly Find[] {
  const { driver, webhook } = given.policy.installation;
  const [pods, namespaces, configuration] = read.all(cluster.allPods(), cluster.namespaces(), cluster.webhookConfiguration(webhook));
  const labels = new Map(namespaces.map((namespace) => [namespace.name, namespace.labels]));
  const webhooks = configuration ? entries(configuration) : [];
  const without = pods
    .filter((pod) => isLive(pod) && deliveryTo(pod, undefined, driver).by === "nothing")
    .filter((pod) => expectation(pod, webhooks, labels.get(pod.namespace) ?? {}, given) === "yes");
  const concerned = ownersOf(without, read).flatMap(([pod, owner]) => inOwner(pod, owner));
  return [...Map.groupBy(concerned, ({ namespace, kind, name }) => `${namespace}/${kind}/${name}`)]
    .flatMap(([key, [first, ...more]]) => (first ? [{ key, find: { ...first, pods: 1 + more.length } }] : []))
    .sort((a, b) => b.find.pods - a.find.pods || (a.key < b.key ? -1 : 1))
    .map(({ find }) => find);
}

/** Who lost its owner while the lists were read goes with it. */
const inOwner = (pod: Pod, owner: Owner) => (owner.is === "gone" ? [] : [{ namespace: pod.namespace, ...ownerName(owner, pod) }]);
