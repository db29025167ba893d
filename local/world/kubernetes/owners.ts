import type { Amount, Base, Condition, LabelSelector } from "./meta.ts";
import type { PodTemplate } from "./pods.ts";

export interface ReplicaSet extends Base<"ReplicaSet"> {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate };
  status: {
    replicas: number;
    terminatingReplicas?: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
}
export interface Deployment extends Base<"Deployment"> {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: { type: string; rollingUpdate?: { maxSurge: Amount; maxUnavailable: Amount } };
    progressDeadlineSeconds: number;
    paused?: boolean;
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    terminatingReplicas?: number;
    conditions?: Condition[];
  };
}
export interface StatefulSet extends Base<"StatefulSet"> {
  spec: {
    replicas: number;
    serviceName?: string;
    selector: LabelSelector;
    template: PodTemplate;
    podManagementPolicy: string;
    updateStrategy: { type: string; rollingUpdate?: { partition: number } };
  };
  status: {
    replicas: number;
    observedGeneration?: number;
    readyReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    collisionCount?: number;
  };
}
export interface DaemonSet extends Base<"DaemonSet"> {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy: { type: string; rollingUpdate?: { maxUnavailable: Amount; maxSurge: Amount } };
  };
  status: {
    currentNumberScheduled: number;
    numberMisscheduled: number;
    desiredNumberScheduled: number;
    numberReady: number;
    observedGeneration?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    numberUnavailable?: number;
  };
}
export interface PodDisruptionBudget extends Base<"PodDisruptionBudget"> {
  spec: { minAvailable?: Amount; maxUnavailable?: Amount; selector?: LabelSelector; unhealthyPodEvictionPolicy?: string };
  status: {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
  };
}
