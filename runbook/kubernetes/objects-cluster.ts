import * as z from "zod/mini";
import type { Instant, Uid } from "../../kernel/types/index.ts";
import { listOf, type Meta, maybeTime, meta } from "./meta.ts";
import { type LabelSelector, labelSelector } from "./selectors.ts";

export type Namespace = Meta;
export interface Node extends Meta {
  readonly ready: boolean;
  readonly unschedulable: boolean;
  readonly kubeletVersion: string | undefined;
}
export interface CsiNode extends Meta {
  /** Names of the drivers that the node's kubelet knows. */
  readonly drivers: readonly string[];
}
export interface Service extends Meta {
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  readonly type: string;
  readonly ports: readonly number[];
}
export interface EndpointSlice extends Meta {
  /** An endpoint that does not say is ready. */
  readonly endpoints: readonly { readonly ready: boolean }[];
}
/** An event about an object. `message` is foreign text. */
export interface ClusterEvent {
  readonly reason: string;
  readonly message: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly about: Uid | undefined;
  readonly last: Instant | undefined;
  readonly count: number;
}
export interface PodDisruptionBudget extends Meta {
  /** Absent: protects no pod. Empty: every pod of the namespace. */
  readonly selector: LabelSelector | undefined;
  readonly minAvailable: string | number | undefined;
  readonly maxUnavailable: string | number | undefined;
  readonly disruptionsAllowed: number;
  /** False while the numbers are about an older spec. */
  readonly observed: boolean;
}

const text = z.nullish(z.string());
const conditions = listOf(z.object({ type: z.string(), status: z.string() }));

export const namespace = z.pipe(
  z.object({ metadata: meta }),
  z.transform(({ metadata }): Namespace => metadata),
);

export const node = z.pipe(
  z.object({
    metadata: meta,
    spec: z.nullish(z.object({ unschedulable: z.nullish(z.boolean()) })),
    status: z.nullish(z.object({ conditions, nodeInfo: z.nullish(z.object({ kubeletVersion: text })) })),
  }),
  z.transform(
    ({ metadata, spec, status }): Node => ({
      ...metadata,
      ready: status?.conditions.some((each) => each.type === "Ready" && each.status === "True") ?? false,
      unschedulable: spec?.unschedulable ?? false,
      kubeletVersion: status?.nodeInfo?.kubeletVersion ?? undefined,
    }),
  ),
);

export const csiNode = z.pipe(
  z.object({ metadata: meta, spec: z.object({ drivers: listOf(z.object({ name: z.string() })) }) }),
  z.transform(({ metadata, spec }): CsiNode => ({ ...metadata, drivers: spec.drivers.map(({ name }) => name) })),
);

export const service = z.pipe(
  z.object({ metadata: meta, spec: z.object({ type: text, ports: listOf(z.object({ port: z.number() })) }) }),
  z.transform(
    ({ metadata, spec }): Service => ({ ...metadata, type: spec.type ?? "ClusterIP", ports: spec.ports.map(({ port }) => port) }),
  ),
);

export const endpointSlice = z.pipe(
  z.object({ metadata: meta, endpoints: listOf(z.object({ conditions: z.nullish(z.object({ ready: z.nullish(z.boolean()) })) })) }),
  z.transform(
    ({ metadata, endpoints }): EndpointSlice => ({
      ...metadata,
      endpoints: endpoints.map((each) => ({ ready: each.conditions?.ready ?? true })),
    }),
  ),
);

export const event = z.pipe(
  z.object({
    reason: text,
    message: text,
    type: text,
    count: z.nullish(z.number()),
    involvedObject: z.nullish(z.object({ uid: text })),
    eventTime: maybeTime,
    firstTimestamp: maybeTime,
    lastTimestamp: maybeTime,
    series: z.nullish(z.object({ count: z.nullish(z.number()), lastObservedTime: maybeTime })),
  }),
  z.transform(
    (raw): ClusterEvent => ({
      reason: raw.reason ?? "",
      message: raw.message ?? "",
      type: raw.type ?? "Normal",
      about: (raw.involvedObject?.uid as Uid | null | undefined) ?? undefined,
      last: raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? raw.firstTimestamp ?? undefined,
      count: raw.series?.count ?? raw.count ?? 1,
    }),
  ),
);

const amount = z.nullish(z.union([z.string(), z.number()]));
export const podDisruptionBudget = z.pipe(
  z.object({
    metadata: meta,
    spec: z.object({ selector: z.nullish(labelSelector), minAvailable: amount, maxUnavailable: amount }),
    status: z.nullish(z.object({ disruptionsAllowed: z.nullish(z.number()), observedGeneration: z.nullish(z.number()) })),
  }),
  z.transform(
    ({ metadata, spec, status }): PodDisruptionBudget => ({
      ...metadata,
      selector: spec.selector ?? undefined,
      minAvailable: spec.minAvailable ?? undefined,
      maxUnavailable: spec.maxUnavailable ?? undefined,
      disruptionsAllowed: status?.disruptionsAllowed ?? 0,
      observed: metadata.generation === undefined || status?.observedGeneration === metadata.generation,
    }),
  ),
);
