import type { Cluster } from "../cluster.ts";
import { selects } from "../kubernetes/label-selector.ts";
import type { EndpointSlice, Service } from "../kubernetes/objects.ts";
import { controllerManager, isActive, isReady, ownedBy, ownerReference } from "./common.ts";
import { csiDaemonSet, csiDriver, spirlNamespace } from "./spirl.ts";

/** One EndpointSlice for each service with a selector: its pods that have an address. */
export function syncEndpoints(cluster: Cluster): void {
  for (const service of cluster.store.list("Service")) {
    const { namespace, name } = service.metadata;
    if (!service.spec.selector) continue;
    const slice = cluster.store.list("EndpointSlice", namespace).find(ownedBy(service)) ?? newSlice(cluster, service, namespace, name);
    const endpoints = endpointsOf(cluster, service);
    cluster.store.replace(slice, { endpoints }, controllerManager);
  }
}

function newSlice({ store }: Cluster, service: Service, namespace = "", name: string): EndpointSlice {
  const labels = { "kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" };
  const ports = service.spec.ports.map(({ name: port = "", targetPort, port: number }) => {
    return { name: port, port: typeof targetPort === "number" ? targetPort : number, protocol: "TCP" };
  });
  return store.create<"EndpointSlice">(
    {
      kind: "EndpointSlice",
      metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReference(service)] },
      addressType: "IPv4",
      endpoints: [],
      ports,
    },
    controllerManager,
  );
}

function endpointsOf({ store }: Cluster, { spec, metadata }: Service): EndpointSlice["endpoints"] {
  return store
    .list("Pod", metadata.namespace)
    .filter((pod) => selects({ matchLabels: spec.selector ?? {} }, pod.metadata.labels) && pod.status.podIP !== undefined)
    .map((pod) => {
      const ready = isReady(pod) && isActive(pod);
      const { namespace = "", name, uid } = pod.metadata;
      return {
        addresses: [pod.status.podIP ?? ""],
        conditions: { ready, serving: isReady(pod), terminating: !isActive(pod) },
        ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
        targetRef: { kind: "Pod", namespace, name, uid },
      };
    });
}

/** A node has the driver for as long as the driver's pod on it is Ready: its registrar tells the kubelet, the kubelet writes the CSINode. */
export function syncDrivers(cluster: Cluster): void {
  const serving = (node: string) =>
    cluster.store.list("Pod", spirlNamespace).some((pod) => {
      const ofDriver = pod.metadata.ownerReferences?.some(({ kind, name }) => kind === "DaemonSet" && name === csiDaemonSet);
      return ofDriver && pod.spec.nodeName === node && isReady(pod) && isActive(pod);
    });
  for (const node of cluster.store.list("CSINode")) {
    const { name } = node.metadata;
    const others = node.spec.drivers.filter((each) => each.name !== csiDriver);
    const drivers = serving(name) ? [...others, { name: csiDriver, nodeID: name, topologyKeys: null }] : others;
    cluster.store.replace(node, { spec: { drivers } }, { manager: "kubelet" });
  }
}
