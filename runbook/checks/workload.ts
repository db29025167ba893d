import { notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Given, Read, Workload } from "../../kernel/types/index.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { deliveryTo, hasVolume } from "../kubernetes/injection.ts";
import { type Entry, entries, type Mutation, wouldMutate } from "../kubernetes/mutation.ts";
import { type Newcomer, successorOf } from "../kubernetes/newcomer.ts";
import type { Namespace } from "../kubernetes/objects-cluster.ts";
import { hasEnded, type Pod } from "../kubernetes/objects-pod.ts";
import type { WebhookConfiguration } from "../kubernetes/objects-webhook.ts";
import { type Owner, ownerOf, templateOf } from "../kubernetes/owner.ts";
import * as cluster from "../queries/kubernetes.ts";

/** `payments/checkout-7d4`. */
export const titleOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;

/** The pod that a link looks at; a pod that is gone, going or has ended says nothing about those that run. */
export function onPod({ namespace, owner, pod: name }: Workload, read: Read, then: (pod: Pod) => Answer): Answer {
  if (!name)
    return unknown(
      owner.name ? `${owner.kind} ${titleOf({ namespace, name: owner.name })} has no pod to look at` : "there is no pod to look at",
    );
  const pod = read(cluster.pod(namespace, name));
  if (!pod) return notApplicable(`there is no pod ${namespace}/${name}`);
  if (pod.deletionTimestamp) return notApplicable(`${titleOf(pod)} is being deleted`);
  if (hasEnded(pod)) return notApplicable(`${titleOf(pod)} has ended (${pod.phase})`);
  return then(pod);
}

/** A pod that has no socket and depends on the webhook for it. */
export interface Uninjected {
  readonly pod: Pod;
  readonly owner: Owner;
  /** The pod that would take its place. */
  readonly next: Newcomer;
}

/** For the links that explain a missing socket: they do not apply to a pod that has the volume, brings its own mount, or runs on Fargate. */
export function onUninjected(subject: Workload, read: Read, given: Given, then: (uninjected: Uninjected) => Answer): Answer {
  const { driver } = given.policy.installation;
  return onPod(subject, read, (pod) => {
    if (hasVolume(pod, driver)) return notApplicable(`${titleOf(pod)} has a ${driver} volume`);
    const owner = ownerOf(pod, read);
    if (owner.is === "gone") return unknown(owner.says);
    const template = templateOf(owner);
    const delivery = deliveryTo(pod, template, driver);
    if (delivery.by === "node" || delivery.by === "elsewhere")
      return notApplicable(`${titleOf(pod)} does not depend on the webhook: ${delivery.says}`);
    const sign = fargateSign(pod, nodeOf(pod, read));
    if (sign) return notApplicable(`${titleOf(pod)} is on Fargate (${sign}), where no webhook helps`);
    return then({ pod, owner, next: successorOf(pod, template) });
  });
}

/** What the webhook would make of such a pod. */
export interface Webhooked extends Uninjected {
  readonly configuration: WebhookConfiguration;
  readonly entries: readonly Entry[];
  readonly namespace: Namespace;
  /** For the pod that would take its place. */
  readonly mutation: Mutation;
}

export function onWebhook(subject: Workload, read: Read, given: Given, then: (webhooked: Webhooked) => Answer): Answer {
  const name = given.policy.installation.webhook;
  return onUninjected(subject, read, given, (uninjected) => {
    const [configuration, namespace] = read.all(cluster.webhookConfiguration(name), cluster.namespace(uninjected.pod.namespace));
    if (!configuration) return notApplicable(`there is no webhook ${name} that could inject anything`);
    if (!namespace) return unknown(`namespace ${uninjected.pod.namespace} is not there, although ${uninjected.pod.name} is`);
    const list = entries(configuration);
    return then({ ...uninjected, configuration, namespace, entries: list, mutation: wouldMutate(list, uninjected.next, namespace.labels) });
  });
}

export const nodeOf = (pod: Pod, read: Read) => (pod.node ? read(cluster.node(pod.node)) : undefined);
