import type { OwnerKind, Read } from "../../kernel/types/index.ts";
import * as cluster from "../queries/kubernetes.ts";
import { controllerOf, type Meta, type OwnerReference } from "./meta.ts";
import type { Controller, ControllerKind } from "./objects-controller.ts";
import type { Pod, PodTemplate } from "./objects-pod.ts";
import { matches } from "./selectors.ts";

/** Who makes the pod anew when it is gone, each step verified by uid. */
export type Owner =
  /** `controller` is what a person calls the workload, `direct` what made the pod: a Deployment and its ReplicaSet, else twice the same. */
  | { readonly is: "controller"; readonly controller: Controller; readonly direct: Controller }
  /** A pod of its own: nobody makes it anew. */
  | { readonly is: "nobody" }
  /** Made by something that is not known here, such as an Argo Rollout or a node's kubelet. */
  | { readonly is: "foreign"; readonly kind: string; readonly name: string; readonly direct: Controller | undefined }
  /** The reference leads to an object that is not there, or is another one by now. */
  | { readonly is: "gone"; readonly says: string };

export function ownerOf(pod: Pod, read: Read): Owner {
  const reference = controllerOf(pod);
  if (!reference) return { is: "nobody" };
  const query = queryOf(reference, pod.namespace);
  if (!query) return { is: "foreign", kind: reference.kind, name: reference.name, direct: undefined };
  const direct = read(query);
  if (direct?.uid !== reference.uid) return gone(pod.namespace, pod.name, reference);
  // An owner reference is what the pod says of itself; whom the owner would make anew is what its own selector says.
  if (!direct.selector || !matches(direct.selector, pod.labels)) return gone(pod.namespace, pod.name, reference);
  return aboveReplicaSet(direct, read);
}

/** The owners of many pods; what has to be read for them is read together. */
export function ownersOf(pods: readonly Pod[], read: Read): readonly (readonly [Pod, Owner])[] {
  const queries = (objects: readonly Meta[]) =>
    objects.flatMap((object) => {
      const reference = controllerOf(object);
      return (reference && queryOf(reference, object.namespace)) ?? [];
    });
  const direct = read.all(...queries(pods));
  read.all(...queries(direct.flatMap((each) => (each?.kind === "ReplicaSet" ? each : []))));
  return pods.map((pod) => [pod, ownerOf(pod, read)]);
}

const queryOf = (reference: OwnerReference, namespace: string) => {
  const kind = kindOf(reference);
  return kind && cluster.controller(kind, namespace, reference.name);
};

/** Only a ReplicaSet has a workload above it; a Job's CronJob does not make pods anew. */
function aboveReplicaSet(direct: Controller, read: Read): Owner {
  const reference = direct.kind === "ReplicaSet" ? controllerOf(direct) : undefined;
  if (!reference) return { is: "controller", controller: direct, direct };
  if (kindOf(reference) !== "Deployment") return { is: "foreign", kind: reference.kind, name: reference.name, direct };
  const controller = read(cluster.controller("Deployment", direct.namespace, reference.name));
  if (controller?.uid !== reference.uid) return gone(direct.namespace, `ReplicaSet ${direct.name}`, reference);
  return { is: "controller", controller, direct };
}

const kinds: Readonly<Record<ControllerKind, string>> = {
  Deployment: "apps",
  StatefulSet: "apps",
  DaemonSet: "apps",
  ReplicaSet: "apps",
  Job: "batch",
};
/** By group, too: there are other things called Job and StatefulSet. */
function kindOf({ apiVersion, kind }: OwnerReference): ControllerKind | undefined {
  const known = (Object.keys(kinds) as ControllerKind[]).find((each) => each === kind);
  return known && apiVersion.startsWith(`${kinds[known]}/`) ? known : undefined;
}

const gone = (namespace: string, what: string, { kind, name }: OwnerReference): Owner => ({
  is: "gone",
  says: `${namespace}/${what} names ${kind} ${name} as its owner, which is not there or is another one by now`,
});

/** What the next pod is made of; undefined where there is nobody to make one, or nobody knows how. */
export const templateOf = (owner: Owner): PodTemplate | undefined =>
  owner.is === "controller" ? owner.controller.template : owner.is === "foreign" ? owner.direct?.template : undefined;

/** As a subject names it. */
export function ownerName(owner: Owner, pod: Pod): { readonly kind: OwnerKind; readonly name: string } {
  const known = owner.is === "controller" ? owner.controller : owner.is === "foreign" ? owner.direct : undefined;
  return known ? { kind: known.kind, name: known.name } : { kind: "Pod", name: pod.name };
}
