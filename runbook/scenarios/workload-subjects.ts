import { secondsBetween } from "../../kernel/time.ts";
import type { Given, Incident, Read, Scope, Some, Workload } from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";
import { expectation } from "../kubernetes/expected.ts";
import { hasVolume } from "../kubernetes/injection.ts";
import { isControlledBy } from "../kubernetes/meta.ts";
import { entries } from "../kubernetes/mutation.ts";
import type { Controller } from "../kubernetes/objects-controller.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { type Owner, ownerName, ownerOf, ownersOf } from "../kubernetes/owner.ts";
import * as cluster from "../queries/kubernetes.ts";

/**
 * The pods that an incident is looked at by, at most as many as the policy says: the alert's own first, then those without the volume, then the
 * newest. Where there is none, the workload without a pod; its first link says so.
 */
export function workloadSubjects(incident: Incident, read: Read, given: Given): Some<Workload> {
  const { scope } = incident;
  switch (scope.of) {
    case "owner":
      return ofOwner(scope, incident, read, given);
    case "namespace":
      return some(chosen(inNamespace(scope.namespace, read, given), incident, read, given)) ?? [nobody(scope.namespace)];
    case "node":
    case "host":
    case "cluster":
      return [nobody("")];
  }
}

/** No workload is meant: nothing is looked at, and nothing can be written. */
const nobody = (namespace: string): Workload => ({ on: "workload", namespace, owner: { kind: "Pod", name: "" } });

function ofOwner({ namespace, kind, name }: Extract<Scope, { of: "owner" }>, incident: Incident, read: Read, given: Given): Some<Workload> {
  const owner = { kind, name };
  if (kind === "Pod") {
    const pod = read(cluster.pod(namespace, name));
    return [pod ? subjectOf(pod, ownerOf(pod, read)) : { on: "workload", namespace, owner, pod: name }];
  }
  const controller = read(cluster.controller(kind, namespace, name));
  const pods = controller ? podsOf(controller, read) : [];
  return some(chosen(pods, incident, read, given)) ?? [{ on: "workload", namespace, owner }];
}

/** By uid: another owner's pods may carry the same labels. */
function podsOf(controller: Controller, read: Read): readonly Pod[] {
  const { namespace, selector, kind } = controller;
  if (!selector) return [];
  if (kind !== "Deployment") return read(cluster.podsIn(namespace, selector)).filter((pod) => isControlledBy(pod, controller));
  const [pods, sets] = read.all(cluster.podsIn(namespace, selector), cluster.controllersIn("ReplicaSet", namespace, selector));
  const own = sets.filter((set) => isControlledBy(set, controller));
  return pods.filter((pod) => own.some((set) => isControlledBy(pod, set)));
}

/** Those of a namespace that should have the volume: the webhook would inject what comes after them, or the policy names them. */
function inNamespace(name: string, read: Read, given: Given): readonly Pod[] {
  const [namespace, pods, configuration] = read.all(
    cluster.namespace(name),
    cluster.podsIn(name),
    cluster.webhookConfiguration(given.policy.installation.webhook),
  );
  const webhooks = configuration ? entries(configuration) : [];
  return pods.filter((pod) => isLive(pod) && expectation(pod, webhooks, namespace?.labels ?? {}, given) === "yes");
}

function chosen(pods: readonly Pod[], { alerts }: Incident, read: Read, { policy }: Given): readonly Workload[] {
  const named = new Set(alerts.flatMap(({ labels }) => labels.pod ?? []));
  const rank = (pod: Pod) => (named.has(pod.name) ? 0 : hasVolume(pod, policy.installation.driver) ? 2 : 1);
  const first = pods
    .filter(isLive)
    .sort((a, b) => rank(a) - rank(b) || secondsBetween(a.creationTimestamp, b.creationTimestamp))
    .slice(0, policy.limits.podsPerIncident);
  return ownersOf(first, read).map(([pod, owner]) => subjectOf(pod, owner));
}

/** What a person calls the pod's workload, which may be above what the alert named: a Deployment for its ReplicaSet. */
const subjectOf = (pod: Pod, owner: Owner): Workload => ({
  on: "workload",
  namespace: pod.namespace,
  owner: ownerName(owner, pod),
  pod: pod.name,
});
