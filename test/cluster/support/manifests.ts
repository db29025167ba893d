/** The label that the vendor's webhook asks for. */
export const injectionLabel = { "k8s.spirl.com/spiffe-csi": "enabled" };

export interface WorkloadSpec {
  readonly kind?: "Deployment" | "StatefulSet";
  readonly name: string;
  readonly namespace: string;
  readonly replicas?: number;
  /** Of the pod template, beside `app`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function workload({ kind = "Deployment", name, namespace, replicas = 2, labels = {}, annotations = {} }: WorkloadSpec): object {
  const own = { app: name };
  const template = {
    metadata: { labels: { ...own, ...labels }, annotations },
    spec: { containers: [{ name: "app", image: "app:1" }], terminationGracePeriodSeconds: 1 },
  };
  const more = kind === "StatefulSet" ? { serviceName: name } : {};
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: own }, template, ...more },
  };
}

/** Workloads whose pods are as they should be: 20, so that one workload is not most of the fleet. */
export const healthyFleet: readonly WorkloadSpec[] = ["a", "b", "c", "d"].map((name) => ({
  name,
  namespace: "healthy",
  replicas: 5,
  labels: injectionLabel,
}));

export const namespace = (name: string, labels: Readonly<Record<string, string>> = {}): object => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

export const disruptionBudget = (name: string, inNamespace: string, minAvailable: number): object => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name, namespace: inNamespace },
  spec: { minAvailable, selector: { matchLabels: { app: name } } },
});

/** For `kubectl apply -f -`. */
export const manifest = (...objects: readonly object[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
