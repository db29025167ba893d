import { isObject, type Json } from "./json.ts";
import type { Kind } from "./objects.ts";

type Fill = (object: Json) => Json;

const part = (object: Json, key: string): Json => (isObject(object[key]) ? object[key] : {});
const list = (object: Json, key: string): Json[] => (Array.isArray(object[key]) ? object[key].filter(isObject) : []);
const spec =
  (fill: Fill, status: Json): Fill =>
  (object) => ({ ...object, spec: fill(part(object, "spec")), status: { ...status, ...part(object, "status") } });

const container: Fill = (each) => ({
  ...each,
  resources: each.resources ?? {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  imagePullPolicy: "IfNotPresent",
});
const podSpec: Fill = (pod) => ({
  ...pod,
  containers: list(pod, "containers").map(container),
  ...(Array.isArray(pod.initContainers) ? { initContainers: list(pod, "initContainers").map(container) } : {}),
  restartPolicy: pod.restartPolicy ?? "Always",
  terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds ?? 30,
  dnsPolicy: pod.dnsPolicy ?? "ClusterFirst",
  securityContext: pod.securityContext ?? {},
  schedulerName: pod.schedulerName ?? "default-scheduler",
});
const owner =
  (defaults: Json): Fill =>
  (of) => {
    const template = part(of, "template");
    return { ...defaults, ...of, template: { ...template, metadata: part(template, "metadata"), spec: podSpec(part(template, "spec")) } };
  };
const rolling = (key: string, rollingUpdate: Json): Json => ({ [key]: { type: "RollingUpdate", rollingUpdate } });
const deployment = {
  replicas: 1,
  ...rolling("strategy", { maxUnavailable: "25%", maxSurge: "25%" }),
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
};
const statefulSet = {
  replicas: 1,
  serviceName: "",
  podManagementPolicy: "OrderedReady",
  ...rolling("updateStrategy", { partition: 0, maxUnavailable: 1 }),
  revisionHistoryLimit: 10,
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
};
const daemonSet = { ...rolling("updateStrategy", { maxUnavailable: 1, maxSurge: 0 }), revisionHistoryLimit: 10 };

const service: Fill = (of) => ({
  type: "ClusterIP",
  sessionAffinity: "None",
  ...of,
  ports: list(of, "ports").map((port) => ({ protocol: "TCP", targetPort: port.port, ...port })),
});
const webhook: Fill = (each) => ({
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
  reinvocationPolicy: "Never",
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  ...each,
  rules: list(each, "rules").map((rule) => ({ scope: "*", ...rule })),
});

const namespace: Fill = (object) => {
  const metadata = part(object, "metadata");
  return { ...object, metadata: { ...metadata, labels: { ...part(metadata, "labels"), "kubernetes.io/metadata.name": metadata.name } } };
};
const budget = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
const scheduled = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
const asIs: Fill = (object) => object;

/** What the API server fills in (a subset of its defaulting), and the status that a new object has. */
export const withDefaults: Readonly<Record<Kind, Fill>> = {
  Namespace: (object) => spec((of) => ({ finalizers: ["kubernetes"], ...of }), { phase: "Active" })(namespace(object)),
  Node: spec(asIs, { conditions: [], addresses: [], nodeInfo: {} }),
  Pod: spec(podSpec, { phase: "Pending", qosClass: "Burstable" }),
  ReplicaSet: spec(owner({ replicas: 1 }), { replicas: 0 }),
  Deployment: spec(owner(deployment), {}),
  StatefulSet: spec(owner(statefulSet), { replicas: 0, availableReplicas: 0 }),
  DaemonSet: spec(owner(daemonSet), scheduled),
  Job: spec(asIs, {}),
  PodDisruptionBudget: spec(asIs, budget),
  Service: spec(service, { loadBalancer: {} }),
  EndpointSlice: asIs,
  Event: asIs,
  CSINode: (object) => ({ ...object, spec: { drivers: [], ...part(object, "spec") } }),
  MutatingWebhookConfiguration: (object) => ({ ...object, webhooks: list(object, "webhooks").map(webhook) }),
};
