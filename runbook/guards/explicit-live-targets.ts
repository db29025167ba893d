import { allow, deny, wait } from "../../kernel/answers.ts";
import type { Guard, Incident, Read, Remedy, Scope } from "../../kernel/types/index.ts";
import { controllerOf } from "../kubernetes/meta.ts";
import { ownerOf } from "../kubernetes/owner.ts";
import { controller, pod } from "../queries/kubernetes.ts";
import { estranged, targetOf } from "../targets.ts";
import { namespaceOf } from "./protected-namespaces.ts";

/**
 * The target is the alert's target, its owner, or its namespace, alive under the uid that was planned on. Never something that was found
 * by walking past it. A target that changed since the plan asks for a new plan, at once.
 */
export const explicitLiveTargets: Guard = {
  id: "explicit-live-targets",
  asks: "Is the target the alert's own, and still the object that was planned on?",
  rule({ incident, remedy, now }, read) {
    if (remedy.target.cluster !== incident.cluster)
      return deny(`the target is in cluster ${remedy.target.cluster}, the alert in ${incident.cluster}`);
    const stranger = estranged(remedy, read(targetOf(remedy)));
    if (stranger) return wait(now, stranger);
    const beyond = outside(incident, remedy, read);
    return beyond ? deny(beyond) : allow;
  },
};

function outside({ scope }: Incident, remedy: Remedy, read: Read): string | undefined {
  if (scope.of !== "owner" && scope.of !== "namespace")
    return `the alert is about ${scope.of === "cluster" ? "the whole cluster" : `a ${scope.of}`}, and names no workload to write to`;
  if (scope.namespace !== namespaceOf(remedy)) return `the alert is about namespace ${scope.namespace}`;
  if (remedy.kind === "label-namespace") return undefined;
  if (scope.of === "namespace") return `the alert names the namespace ${scope.namespace} and no workload in it`;
  return belongs(scope, remedy, read)
    ? undefined
    : `${remedy.target.kind} ${remedy.target.name} is not ${scope.kind} ${scope.name}, nor its owner or pod`;
}

function belongs(scope: Extract<Scope, { of: "owner" }>, remedy: Exclude<Remedy, { kind: "label-namespace" }>, read: Read): boolean {
  const { target } = remedy;
  if (target.kind === scope.kind && target.name === scope.name) return true;
  // kube-state-metrics calls the ReplicaSet what made the pod; whose it is, it says itself.
  if (scope.kind === "ReplicaSet" && target.kind === "Deployment") {
    const set = read(controller("ReplicaSet", scope.namespace, scope.name));
    return set !== undefined && controllerOf(set)?.uid === target.uid;
  }
  const named = scope.kind === "Pod" ? scope.name : remedy.kind === "evict-pod" ? target.name : undefined;
  if (named === undefined) return false;
  const live = read(pod(scope.namespace, named));
  const owner = live && ownerOf(live, read);
  if (owner?.is !== "controller") return false;
  const owners = [owner.direct, owner.controller];
  return scope.kind === "Pod"
    ? owners.some(({ uid }) => uid === target.uid)
    : owners.some(({ kind, name }) => kind === scope.kind && name === scope.name);
}
