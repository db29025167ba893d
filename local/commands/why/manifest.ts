import * as z from "zod/mini";
import { dnsLabel, dnsSubdomain } from "../../../kernel/names.ts";
import { type Labels, stringMap } from "../../../runbook/kubernetes/meta.ts";
import type { ControllerKind } from "../../../runbook/kubernetes/objects-controller.ts";
import { podTemplate } from "../../../runbook/kubernetes/objects-pod.ts";
import { isRecord, objectsIn, type Path, parsed, type Written, within } from "./objects.ts";

/** Where something stands in the file, counted from 1. */
export interface Place {
  /** Such as `spec.template.metadata.labels`. */
  readonly path: string;
  readonly line: number;
}
/** Something in a manifest that makes pods, or is one. */
export interface Manifested {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly line: number;
  /** What makes its pods; a CronJob by its Jobs. Undefined for a pod of its own. */
  readonly maker: ControllerKind | undefined;
  /** Of its pods, as written. */
  readonly metadata: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: Readonly<Record<string, unknown>>;
  /** Where its pods' labels are written, or would be. */
  readonly labels: Place;
}
export interface Manifest {
  readonly file: string;
  readonly workloads: readonly Manifested[];
  /** Namespaces that the files bring themselves. */
  readonly namespaces: ReadonlyMap<string, { readonly labels: Labels; readonly place: Place; readonly file: string }>;
  /** Objects of kinds that are not known here, with containers in them: nobody can tell what pods they make. */
  readonly unread: readonly { readonly of: string; readonly line: number }[];
  /** Objects that have no pods. */
  readonly others: number;
}
/** As kubectl decides it: `demanded` is `-n`, which a manifest may not contradict, `otherwise` is the context's. */
export interface Namespacing {
  readonly demanded: string | undefined;
  readonly otherwise: string;
}

const kinds: Readonly<Record<string, { readonly template: Path; readonly maker: ControllerKind | undefined }>> = {
  Pod: { template: [], maker: undefined },
  Deployment: { template: ["spec", "template"], maker: "Deployment" },
  StatefulSet: { template: ["spec", "template"], maker: "StatefulSet" },
  DaemonSet: { template: ["spec", "template"], maker: "DaemonSet" },
  ReplicaSet: { template: ["spec", "template"], maker: "ReplicaSet" },
  Job: { template: ["spec", "template"], maker: "Job" },
  CronJob: { template: ["spec", "jobTemplate", "spec", "template"], maker: "Job" },
};

const optional = z.nullish(z.string());
const anObject = z.object({
  kind: z.string(),
  metadata: z.object({ name: optional, generateName: optional, namespace: optional, labels: stringMap }),
});

/** The workloads of a file. Throws `UsageError`, with the place in the file, for what is wrong there. */
export function manifestIn(text: string, file: string, namespacing: Namespacing): Manifest {
  const objects = objectsIn(text, file);
  const workloads = objects.filter(({ kind }) => Object.hasOwn(kinds, kind)).map((object) => workloadOf(object, namespacing));
  const namespaces = objects.filter(({ kind }) => kind === "Namespace").map((object) => namespaceOf(object, file));
  const unread = objects
    .filter(({ kind, value }) => !Object.hasOwn(kinds, kind) && hasContainers(value))
    .map((object) => ({ of: `${object.kind} ${parsed(anObject, object).metadata.name ?? ""}`.trim(), line: object.line([]) }));
  const others = objects.length - workloads.length - namespaces.length - unread.length;
  return { file, workloads, namespaces: new Map(namespaces), unread, others };
}

/** Wherever in it a pod's specification stands. */
function hasContainers(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasContainers);
  if (!isRecord(value)) return false;
  const { containers } = value;
  return (
    (Array.isArray(containers) && containers.some((one) => isRecord(one) && "image" in one)) || Object.values(value).some(hasContainers)
  );
}

function namespaceOf(object: Written, file: string) {
  const { metadata } = parsed(anObject, object);
  return [metadata.name ?? "", { labels: metadata.labels, place: placeOf(object, ["metadata", "labels"]), file }] as const;
}

function workloadOf(object: Written, namespacing: Namespacing): Manifested {
  const { kind } = object;
  const { template: path, maker } = kinds[kind] ?? { template: [], maker: undefined };
  const { name, namespace } = namesOf(object, namespacing);
  const spec = within(object.value, [...path, "spec"]);
  if (!isRecord(spec)) throw object.wrong([...path, "spec"], `is missing: this is how ${kind} ${name} makes its pods`);
  const { labels, annotations } = parsed(podTemplate, object, path);
  const place = placeOf(object, [...path, "metadata", "labels"]);
  return { kind, namespace, name, line: object.line([]), maker, metadata: { labels, annotations }, spec, labels: place };
}

function namesOf(object: Written, { demanded, otherwise }: Namespacing): { readonly name: string; readonly namespace: string } {
  const { metadata } = parsed(anObject, object);
  const name = metadata.name ?? metadata.generateName?.replace(/[-.]+$/, "") ?? "";
  const namespace = metadata.namespace ?? demanded ?? otherwise;
  if (!dnsSubdomain.test(name)) throw object.wrong(["metadata", "name"], "must be a name as Kubernetes has them");
  if (!dnsLabel.test(namespace)) throw object.wrong(["metadata", "namespace"], "must be the name of a namespace");
  if (demanded !== undefined && namespace !== demanded)
    throw object.wrong(["metadata", "namespace"], `is ${namespace}, and -n says ${demanded}`);
  return { name, namespace };
}

const placeOf = (object: Written, path: Path): Place => ({ path: path.join("."), line: object.line(path) });
