import type { Cluster } from "../cluster.ts";
import { timestamp } from "../kubernetes/json.ts";
import type { Manager } from "../kubernetes/managed-fields.ts";
import type { Manifest } from "../kubernetes/manifest.ts";
import type { AnyObject, Labels, Pod, PodTemplate } from "../kubernetes/objects.ts";
import { ApiError } from "../kubernetes/status.ts";
import { admit } from "./admission.ts";
import { controllerManager, ownerReference } from "./common.ts";
import { emit } from "./events.ts";

/** Every pod comes in here, so that admission sees it. Throws what admission throws. */
export function createPod(cluster: Cluster, manifest: Manifest<"Pod">, by: Manager, dryRun = false): Pod {
  return cluster.store.create<"Pod">(admit(cluster, manifest, dryRun), by, dryRun);
}

/** A pod from its owner's template; a refusal becomes the owner's event, and is tried again at the next tick. */
export function createPodOf(
  cluster: Cluster,
  owner: AnyObject,
  template: PodTemplate,
  own: { name?: string; labels?: Labels; node?: string },
): Pod | undefined {
  const { namespace, name } = owner.metadata;
  const { labels, annotations } = template.metadata;
  const affinity = own.node ? { affinity: onlyNode(own.node) } : {};
  const manifest: Manifest<"Pod"> = {
    kind: "Pod",
    metadata: {
      ...(own.name ? { name: own.name } : { generateName: `${name}-` }),
      ...(namespace && { namespace }),
      labels: { ...labels, ...own.labels },
      ...(annotations && { annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...affinity },
  };
  try {
    return createPod(cluster, manifest, controllerManager);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const from = `${owner.kind.toLowerCase()}-controller`;
    emit(cluster, owner, { type: "Warning", reason: "FailedCreate", message: `Error creating: ${thrown.message}`, from });
    return undefined;
  }
}

/** A DaemonSet names the node of each of its pods; the scheduler then binds it. */
const onlyNode = (node: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }],
    },
  },
});

/** Asks the pod to go. One that has no node yet is gone at once; else its kubelet takes a while. */
export function deletePod({ store, now }: Cluster, pod: Pod, by: Manager): void {
  if (pod.metadata.deletionTimestamp !== undefined) return;
  if (pod.spec.nodeName === undefined) {
    store.remove(pod);
    return;
  }
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
  const deletionTimestamp = timestamp(now() + grace * 1000);
  store.update(pod, ({ metadata }) => Object.assign(metadata, { deletionTimestamp, deletionGracePeriodSeconds: grace }), by);
}
