/** What all Kubernetes objects have, and small parts that many have. */
export type Labels = Record<string, string>;

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}
/** A tree of `f:<field>` keys; a leaf is `{}`. */
export interface FieldTree {
  [field: string]: FieldTree;
}
export interface ManagedFields {
  manager: string;
  operation: "Update";
  apiVersion: string;
  time: string;
  fieldsType: "FieldsV1";
  fieldsV1: FieldTree;
  subresource?: string;
}
export interface Meta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Labels;
  annotations?: Labels;
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}
export interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}
export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: Requirement[];
}
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastUpdateTime?: string;
  lastTransitionTime?: string;
}
/** A number, or a percentage such as `25%`. */
export type Amount = number | string;

export interface Base<K extends string> {
  apiVersion: string;
  kind: K;
  metadata: Meta;
}
