import * as z from "zod/mini";
import type { Instant } from "../../kernel/types/index.ts";
import { listOf, type Meta, maybeTime, meta, stringMap } from "./meta.ts";

export interface Volume {
  readonly name: string;
  /** `csi`, `hostPath`, `emptyDir`, ... */
  readonly type: string;
  readonly csi: { readonly driver: string; readonly readOnly: boolean } | undefined;
}
export interface Container {
  readonly name: string;
  /** Runs, and ends, before the others start; a sidecar (an init container that is restarted always) is none. */
  readonly init: boolean;
  readonly image: string | undefined;
  /** `value` is undefined where it comes from elsewhere (`valueFrom`). */
  readonly env: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly mounts: readonly { readonly volume: string; readonly path: string }[];
}
/** Of a pod's or template's spec, what checks and the webhook's conditions look at. */
export interface PodSpec {
  readonly volumes: readonly Volume[];
  readonly containers: readonly Container[];
  readonly schedulerName: string | undefined;
  readonly serviceAccountName: string | undefined;
  readonly runtimeClassName: string | undefined;
  readonly restartPolicy: string | undefined;
  readonly hostNetwork: boolean;
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
}
export interface PodTemplate {
  readonly labels: Meta["labels"];
  readonly annotations: Meta["annotations"];
  readonly spec: PodSpec;
}
export interface Pod extends Meta {
  readonly spec: PodSpec;
  readonly node: string | undefined;
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`. */
  readonly phase: string;
  /** Why it is in that phase, such as `Evicted`. */
  readonly reason: string | undefined;
  readonly ready: boolean;
  readonly readySince: Instant | undefined;
  readonly startedAt: Instant | undefined;
  /** Containers that wait, such as for `ContainerCreating` or in `CrashLoopBackOff`. */
  readonly waiting: readonly { readonly container: string; readonly reason: string }[];
  readonly restarts: number;
}

const flag = z.pipe(
  z.nullish(z.boolean()),
  z.transform((value) => value ?? false),
);
const optional = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => value ?? undefined),
);

const volume = z.pipe(
  z.looseObject({ name: z.string(), csi: z.nullish(z.object({ driver: z.string(), readOnly: flag })) }),
  z.transform(
    ({ name, csi, ...source }): Volume => ({ name, type: csi ? "csi" : (Object.keys(source)[0] ?? "emptyDir"), csi: csi ?? undefined }),
  ),
);
const container = z.object({
  name: z.string(),
  image: optional,
  restartPolicy: optional,
  env: listOf(z.object({ name: z.string(), value: optional, valueFrom: z.nullish(z.unknown()) })),
  volumeMounts: listOf(z.object({ name: z.string(), mountPath: z.string() })),
});
/** A variable without `value` and `valueFrom` is the empty string. */
const asContainer = ({ name, image, restartPolicy, env, volumeMounts }: z.output<typeof container>, first: boolean): Container => ({
  name,
  image,
  init: first && restartPolicy !== "Always",
  env: env.map((each) => ({ name: each.name, value: each.valueFrom ? undefined : (each.value ?? "") })),
  mounts: volumeMounts.map((mount) => ({ volume: mount.name, path: mount.mountPath })),
});

const spec = {
  volumes: listOf(volume),
  containers: listOf(container),
  initContainers: listOf(container),
  schedulerName: optional,
  serviceAccountName: optional,
  runtimeClassName: optional,
  restartPolicy: optional,
  hostNetwork: flag,
  hostPID: flag,
  hostIPC: flag,
};
type RawSpec = z.output<z.ZodMiniObject<typeof spec>>;
const asSpec = ({ containers, initContainers, ...rest }: RawSpec): PodSpec => ({
  ...rest,
  containers: [...initContainers.map((each) => asContainer(each, true)), ...containers.map((each) => asContainer(each, false))],
});

export const podTemplate = z.pipe(
  z.object({ metadata: z.nullish(z.object({ labels: stringMap, annotations: stringMap })), spec: z.object(spec) }),
  z.transform(
    ({ metadata, spec: raw }): PodTemplate => ({
      labels: metadata?.labels ?? {},
      annotations: metadata?.annotations ?? {},
      spec: asSpec(raw),
    }),
  ),
);

const containerStatus = z.object({
  name: z.string(),
  restartCount: z.nullish(z.number()),
  state: z.nullish(z.object({ waiting: z.nullish(z.object({ reason: optional })) })),
});
const status = z.object({
  phase: optional,
  reason: optional,
  startTime: maybeTime,
  conditions: listOf(z.object({ type: z.string(), status: z.string(), lastTransitionTime: maybeTime })),
  initContainerStatuses: listOf(containerStatus),
  containerStatuses: listOf(containerStatus),
});

export const pod = z.pipe(
  z.object({ metadata: meta, spec: z.object({ ...spec, nodeName: optional }), status: z.nullish(status) }),
  z.transform(({ metadata, spec: { nodeName, ...raw }, status: is }): Pod => {
    const ready = is?.conditions.find(({ type }) => type === "Ready");
    const containers = [...(is?.initContainerStatuses ?? []), ...(is?.containerStatuses ?? [])];
    return {
      ...metadata,
      spec: asSpec(raw),
      node: nodeName || undefined,
      phase: is?.phase ?? "Unknown",
      reason: is?.reason,
      ready: ready?.status === "True",
      readySince: ready?.status === "True" ? (ready.lastTransitionTime ?? undefined) : undefined,
      startedAt: is?.startTime ?? undefined,
      waiting: containers.flatMap(({ name, state }) =>
        state?.waiting ? [{ container: name, reason: state.waiting.reason ?? "waiting" }] : [],
      ),
      restarts: containers.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0),
    };
  }),
);

/** Has ended for good: nothing in it runs, and it will not start again. */
export const hasEnded = ({ phase }: Pod): boolean => phase === "Succeeded" || phase === "Failed";
/** Neither ended nor on its way out. */
export const isLive = (pod: Pod): boolean => pod.deletionTimestamp === undefined && !hasEnded(pod);
