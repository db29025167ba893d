import * as z from "zod/mini";
import type { OwnerKind } from "../../kernel/types/index.ts";
import { listOf, type Meta, meta } from "./meta.ts";
import { type PodTemplate, podTemplate } from "./objects-pod.ts";
import { type LabelSelector, labelSelector } from "./selectors.ts";

/** The owners that make pods. A pod that nobody owns is its own. */
export type ControllerKind = Exclude<OwnerKind, "Pod">;

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
}
/** A Deployment, StatefulSet, DaemonSet, ReplicaSet or Job. Numbers that its kind has not are undefined. */
export interface Controller extends Meta {
  readonly kind: ControllerKind;
  /** A Job's may be missing while its own controller has not defaulted it. */
  readonly selector: LabelSelector | undefined;
  readonly template: PodTemplate;
  /** How many are wanted; of a DaemonSet, on how many nodes. */
  readonly wanted: number | undefined;
  readonly paused: boolean;
  /** `RollingUpdate`, `Recreate` or `OnDelete`. */
  readonly strategy: string | undefined;
  /** Of a rolling update: pods more, and pods fewer, than wanted; numbers or per cent of the wanted ones. */
  readonly maxSurge: string | number | undefined;
  readonly maxUnavailable: string | number | undefined;
  /** Of a StatefulSet: so many of its first pods stay as they are. */
  readonly partition: number;
  readonly status: {
    /** The generation that the controller's numbers are about. */
    readonly observedGeneration: number | undefined;
    readonly replicas: number | undefined;
    readonly updated: number | undefined;
    readonly ready: number | undefined;
    readonly available: number | undefined;
    /** Of a StatefulSet: differ while a rollout is under way. */
    readonly currentRevision: string | undefined;
    readonly updateRevision: string | undefined;
    readonly conditions: readonly Condition[];
  };
}

const count = z.nullish(z.number());
const text = z.nullish(z.string());
const amount = z.nullish(z.union([z.number(), z.string()]));
const strategy = z.nullish(
  z.object({ type: text, rollingUpdate: z.nullish(z.object({ maxSurge: amount, maxUnavailable: amount, partition: count })) }),
);

const raw = z.object({
  metadata: meta,
  spec: z.object({
    selector: z.nullish(labelSelector),
    template: podTemplate,
    replicas: count,
    paused: z.nullish(z.boolean()),
    strategy,
    updateStrategy: strategy,
  }),
  status: z.nullish(
    z.object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
      active: count,
      ready: count,
      currentRevision: text,
      updateRevision: text,
      conditions: listOf(z.object({ type: z.string(), status: z.string(), reason: text })),
    }),
  ),
});

const controller = (kind: ControllerKind) =>
  z.pipe(
    raw,
    z.transform(
      ({ metadata, spec, status }): Controller => ({
        ...metadata,
        kind,
        selector: spec.selector ?? undefined,
        template: spec.template,
        wanted: wanted(kind, spec.replicas, status?.desiredNumberScheduled),
        paused: spec.paused ?? false,
        strategy: (spec.strategy ?? spec.updateStrategy)?.type ?? undefined,
        maxSurge: (spec.strategy ?? spec.updateStrategy)?.rollingUpdate?.maxSurge ?? undefined,
        maxUnavailable: (spec.strategy ?? spec.updateStrategy)?.rollingUpdate?.maxUnavailable ?? undefined,
        partition: (spec.strategy ?? spec.updateStrategy)?.rollingUpdate?.partition ?? 0,
        status: {
          observedGeneration: status?.observedGeneration ?? undefined,
          replicas: status?.replicas ?? status?.currentNumberScheduled ?? status?.active ?? undefined,
          updated: status?.updatedReplicas ?? status?.updatedNumberScheduled ?? undefined,
          ready: status?.readyReplicas ?? status?.numberReady ?? status?.ready ?? undefined,
          available: status?.availableReplicas ?? status?.numberAvailable ?? undefined,
          currentRevision: status?.currentRevision ?? undefined,
          updateRevision: status?.updateRevision ?? undefined,
          conditions: (status?.conditions ?? []).map((each) => ({ ...each, reason: each.reason ?? undefined })),
        },
      }),
    ),
  );

/** A schema for each kind, for the answer does not always say what it is. */
export const controllers = {
  Deployment: controller("Deployment"),
  StatefulSet: controller("StatefulSet"),
  DaemonSet: controller("DaemonSet"),
  ReplicaSet: controller("ReplicaSet"),
  Job: controller("Job"),
} as const satisfies Readonly<Record<ControllerKind, unknown>>;

function wanted(kind: ControllerKind, replicas: number | null | undefined, nodes: number | null | undefined): number | undefined {
  if (kind === "DaemonSet") return nodes ?? undefined;
  return kind === "Job" ? undefined : (replicas ?? 1);
}
