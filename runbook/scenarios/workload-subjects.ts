import { secondsBetween } from "../../kernel/time.ts";
import type { Given, Incident, Read, Scope, Subjects, Workload } from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";
import { expectation } from "../kubernetes/expected.ts";
import { hasVolume } from "../kubernetes/injection.ts";
import { madeBy } from "../kubernetes/made-by.ts";
import { entries } from "../kubernetes/mutation.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { type Owner, ownerName, ownerOf, ownersOf } from "../kubernetes/owner.ts";
import { named } from "../named.ts";
import * as cluster from "../queries/kubernetes.ts";

/**
 * The pods that an incident is looked at by, at most as many as the policy says: the alert's own first, then those without the volume, then the
 * newest. Where there is none, the workload without a pod; its first link says so.
 */
export function workloadSubjects(incident: Incident, read: Read, given: Given): Subjects<Workload> {
  const { scope } = incident;
  switch (scope.of) {
    case "owner":
      return ofOwner(scope, incident, read, given);
    case "namespace":
      return ofNamespace(scope.namespace, incident, read, given);
    case "node":
    case "host":
    case "cluster":
      return { chosen: [nobody("")] };
  }
}

/** No workload is meant: nothing is looked at, and nothing can be written. */
const nobody = (namespace: string): Workload => ({ on: "workload", namespace, owner: { kind: "Pod", name: "" } });

type OwnerScope = Extract<Scope, { of: "owner" }>;
function ofOwner({ namespace, kind, name }: OwnerScope, incident: Incident, read: Read, given: Given): Subjects<Workload> {
  const owner = { kind, name };
  if (kind === "Pod") {
    const pod = read(cluster.pod(namespace, name));
    return { chosen: [pod ? subjectOf(pod, ownerOf(pod, read)) : { on: "workload", namespace, owner, pod: name }] };
  }
  const controller = read(cluster.controller(kind, namespace, name));
  const pods = controller ? madeBy(controller, read).pods : [];
  return looked(pods, [], { on: "workload", namespace, owner }, incident, read, given);
}

/** Those that should have the volume: the webhook would inject what comes after them, or the policy names them; and who has it, whyever. */
function ofNamespace(name: string, incident: Incident, read: Read, given: Given): Subjects<Workload> {
  const [namespace, pods, configuration] = read.all(
    cluster.namespace(name),
    cluster.podsIn(name),
    cluster.webhookConfiguration(given.policy.installation.webhook),
  );
  const webhooks = configuration ? entries(configuration) : [];
  const judged = pods.filter(isLive).map((pod) => ({
    pod,
    is: expectation(pod, webhooks, namespace?.labels ?? {}, given),
    has: hasVolume(pod, given.policy.installation.driver),
  }));
  const meant = judged.filter(({ is, has }) => is === "yes" || (is === "unknown" && has));
  const open = judged.filter(({ is, has }) => is === "unknown" && !has);
  return looked(
    meant.map(({ pod }) => pod),
    open.map(({ pod }) => pod),
    nobody(name),
    incident,
    read,
    given,
  );
}

/** `open`: pods of which it cannot be computed whether they are meant. `none` stands for all where there is no pod. */
function looked(
  pods: readonly Pod[],
  open: readonly Pod[],
  none: Workload,
  incident: Incident,
  read: Read,
  given: Given,
): Subjects<Workload> {
  const live = inOrder(pods, incident, given);
  const most = given.policy.limits.podsPerIncident;
  const leftOut = [
    ...(live.length > most ? [`${live.length - most} of ${live.length} pods are not looked at; the policy allows ${most}`] : []),
    ...(open.length > 0 ? [`it cannot be computed whether the webhook would inject ${named(open)}`] : []),
  ];
  const chosen = some(ownersOf(live.slice(0, most), read).map(([pod, owner]) => subjectOf(pod, owner))) ?? ([none] as const);
  return leftOut.length > 0 ? { chosen, leftOut: leftOut.join("; ") } : { chosen };
}

function inOrder(pods: readonly Pod[], { alerts }: Incident, { policy }: Given): readonly Pod[] {
  const reported = new Set(alerts.flatMap(({ labels }) => labels.pod ?? []));
  const rank = (pod: Pod) => (reported.has(pod.name) ? 0 : hasVolume(pod, policy.installation.driver) ? 2 : 1);
  return [...pods].sort((a, b) => rank(a) - rank(b) || secondsBetween(a.creationTimestamp, b.creationTimestamp));
}

/** What a person calls the pod's workload, which may be above what the alert named: a Deployment for its ReplicaSet. */
const subjectOf = (pod: Pod, owner: Owner): Workload => ({
  on: "workload",
  namespace: pod.namespace,
  owner: ownerName(owner, pod),
  pod: pod.name,
});
