import type { Amount, Base, Condition, LabelSelector, Labels } from "./meta.ts";
import type { DaemonSet, Deployment, PodDisruptionBudget, ReplicaSet, StatefulSet } from "./owners.ts";
import type { Pod } from "./pods.ts";

export type * from "./meta.ts";
export type * from "./owners.ts";
export type * from "./pods.ts";

/** Kubernetes objects as JSON, as far as the practice world reads them. What the store hands out is frozen; changes go through the store. */
export interface Namespace extends Base<"Namespace"> {
  spec: { finalizers?: string[] };
  status: { phase: string };
}
export interface Node extends Base<"Node"> {
  spec: { taints?: { key: string; value?: string; effect: string }[]; unschedulable?: boolean; providerID?: string };
  status: { conditions: Condition[]; addresses: { type: string; address: string }[]; nodeInfo: Record<string, string> };
}
/** Nobody makes pods of jobs here: they are only there to be asked for. */
export interface Job extends Base<"Job"> {
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}
export interface Service extends Base<"Service"> {
  spec: { selector?: Labels; ports: { name?: string; port: number; targetPort?: Amount; protocol?: string }[]; type?: string };
  status: { loadBalancer: Record<string, never> };
}
export interface EndpointSlice extends Base<"EndpointSlice"> {
  addressType: string;
  endpoints: {
    addresses: string[];
    conditions: { ready: boolean; serving: boolean; terminating: boolean };
    nodeName?: string;
    targetRef?: { kind: string; namespace: string; name: string; uid: string };
  }[];
  ports: { name: string; port: number; protocol: string }[];
}
export interface Event extends Base<"Event"> {
  involvedObject: { apiVersion: string; kind: string; namespace?: string; name: string; uid: string; resourceVersion?: string };
  reason: string;
  message: string;
  type: "Normal" | "Warning";
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  source: { component: string };
  reportingComponent: string;
  reportingInstance: string;
}
export interface CSINode extends Base<"CSINode"> {
  spec: { drivers: { name: string; nodeID: string; topologyKeys: string[] | null }[] };
}
export interface Webhook {
  name: string;
  clientConfig: { service?: { namespace: string; name: string; path?: string; port?: number }; url?: string; caBundle?: string };
  rules: { operations: string[]; apiGroups: string[]; apiVersions: string[]; resources: string[]; scope?: string }[];
  failurePolicy: "Ignore" | "Fail";
  namespaceSelector: LabelSelector;
  objectSelector: LabelSelector;
  matchConditions?: { name: string; expression: string }[];
  timeoutSeconds: number;
  [other: string]: unknown;
}
export interface MutatingWebhookConfiguration extends Base<"MutatingWebhookConfiguration"> {
  webhooks: Webhook[];
}

export interface Objects {
  Namespace: Namespace;
  Node: Node;
  Pod: Pod;
  ReplicaSet: ReplicaSet;
  Deployment: Deployment;
  StatefulSet: StatefulSet;
  DaemonSet: DaemonSet;
  Job: Job;
  PodDisruptionBudget: PodDisruptionBudget;
  Service: Service;
  EndpointSlice: EndpointSlice;
  Event: Event;
  CSINode: CSINode;
  MutatingWebhookConfiguration: MutatingWebhookConfiguration;
}
export type Kind = keyof Objects;
export type AnyObject = Objects[Kind];
