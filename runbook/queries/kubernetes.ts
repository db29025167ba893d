import type * as z from "zod/mini";
import type { Query } from "../../kernel/types/index.ts";
import * as kinds from "../kubernetes/objects-cluster.ts";
import { type Controller, type ControllerKind, controllers } from "../kubernetes/objects-controller.ts";
import { type Pod, pod as podSchema } from "../kubernetes/objects-pod.ts";
import { type WebhookConfiguration, webhookConfiguration as webhookSchema } from "../kubernetes/objects-webhook.ts";
import { reader } from "../kubernetes/parse.ts";
import { type LabelSelector, selectorText } from "../kubernetes/selectors.ts";
import { oncePer } from "../once.ts";
import { items, objectsOf } from "./items.ts";
import { labelSegment, segment } from "./names.ts";

/*
 * What is asked of the cluster: `text` is exactly the path of a GET, with its query string. An object that is not there is `undefined`, which is
 * an answer; a list comes whole, or the query is unavailable.
 */
type One<T> = Query<T | undefined>;
type All<T> = Query<readonly T[]>;

// One reader for each schema, so that all queries of a kind share what was read. The types tie a reader to its schema, which a WeakMap cannot.
const objectReader = oncePer((schema: z.core.$ZodType) => reader(schema));
const listReader = oncePer((schema: z.core.$ZodType) => reader(items(schema)));
const one = <T>(text: string, schema: z.core.$ZodType<T>): One<T> => {
  const parse = objectReader(schema) as (raw: unknown) => T;
  return { source: "kubernetes", text, parse: (raw) => (raw === null ? undefined : parse(raw)) };
};
const all = <T>(text: string, schema: z.core.$ZodType<T>): All<T> => ({
  source: "kubernetes",
  text,
  parse: listReader(schema) as (raw: unknown) => readonly T[],
  holds: (raw) => objectsOf(text, raw),
});

const core = "/api/v1";
const apps = "/apis/apps/v1";
const groups: Readonly<Record<ControllerKind, readonly [group: string, plural: string]>> = {
  Deployment: [apps, "deployments"],
  StatefulSet: [apps, "statefulsets"],
  DaemonSet: [apps, "daemonsets"],
  ReplicaSet: [apps, "replicasets"],
  Job: ["/apis/batch/v1", "jobs"],
};
const inNamespace = (group: string, namespace: string, plural: string) =>
  `${group}/namespaces/${labelSegment(namespace, "namespace")}/${plural}`;
const where = (parameter: "fieldSelector" | "labelSelector", text: string) =>
  text === "" ? "" : `?${parameter}=${encodeURIComponent(text)}`;
const onNode = (node: string) => where("fieldSelector", `spec.nodeName=${segment(node, "node")}`);

export const pod = (namespace: string, name: string): One<Pod> =>
  one(`${inNamespace(core, namespace, "pods")}/${segment(name, "pod")}`, podSchema);
/** The pods of one namespace: all, or those that a selector chooses. An owner's selector may choose another owner's pods, too. */
export const podsIn = (namespace: string, selector?: LabelSelector): All<Pod> =>
  all(`${inNamespace(core, namespace, "pods")}${selector ? where("labelSelector", selectorText(selector)) : ""}`, podSchema);
export const podsOn = (node: string): All<Pod> => all(`${core}/pods${onNode(node)}`, podSchema);
export const podsOnIn = (node: string, namespace: string): All<Pod> =>
  all(`${inNamespace(core, namespace, "pods")}${onNode(node)}`, podSchema);
export const allPods = (): All<Pod> => all(`${core}/pods`, podSchema);

export const controller = (kind: ControllerKind, namespace: string, name: string): One<Controller> => {
  const [group, plural] = groups[kind];
  return one(`${inNamespace(group, namespace, plural)}/${segment(name, kind)}`, controllers[kind]);
};
export const controllersIn = (kind: ControllerKind, namespace: string, selector?: LabelSelector): All<Controller> => {
  const [group, plural] = groups[kind];
  return all(
    `${inNamespace(group, namespace, plural)}${selector ? where("labelSelector", selectorText(selector)) : ""}`,
    controllers[kind],
  );
};

export const namespace = (name: string): One<kinds.Namespace> =>
  one(`${core}/namespaces/${labelSegment(name, "namespace")}`, kinds.namespace);
export const namespaces = (): All<kinds.Namespace> => all(`${core}/namespaces`, kinds.namespace);
export const node = (name: string): One<kinds.Node> => one(`${core}/nodes/${segment(name, "node")}`, kinds.node);
export const nodes = (): All<kinds.Node> => all(`${core}/nodes`, kinds.node);
export const csiNode = (node: string): One<kinds.CsiNode> =>
  one(`/apis/storage.k8s.io/v1/csinodes/${segment(node, "node")}`, kinds.csiNode);

export const webhookConfiguration = (name: string): One<WebhookConfiguration> =>
  one(
    `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${segment(name, "MutatingWebhookConfiguration")}`,
    webhookSchema,
  );
export const service = (namespace: string, name: string): One<kinds.Service> =>
  one(`${inNamespace(core, namespace, "services")}/${labelSegment(name, "service")}`, kinds.service);
export const endpointSlices = (namespace: string, service: string): All<kinds.EndpointSlice> =>
  all(
    `${inNamespace("/apis/discovery.k8s.io/v1", namespace, "endpointslices")}${where("labelSelector", `kubernetes.io/service-name=${labelSegment(service, "service")}`)}`,
    kinds.endpointSlice,
  );

/** Events about one pod. Another pod may have had the name: compare `about` with the uid. */
export const eventsOf = (namespace: string, pod: string): All<kinds.ClusterEvent> =>
  all(
    `${inNamespace(core, namespace, "events")}${where("fieldSelector", `involvedObject.kind=Pod,involvedObject.name=${segment(pod, "pod")}`)}`,
    kinds.event,
  );
export const podDisruptionBudgets = (namespace: string): All<kinds.PodDisruptionBudget> =>
  all(inNamespace("/apis/policy/v1", namespace, "poddisruptionbudgets"), kinds.podDisruptionBudget);
