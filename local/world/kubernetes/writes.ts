import type { Cluster } from "../cluster.ts";
import { createPod, deletePod } from "../controllers/pods.ts";
import { checkPreconditions } from "./eviction.ts";
import { isObject, type Json } from "./json.ts";
import { apiVersionOf, type KindInfo } from "./kinds.ts";
import type { Manager } from "./managed-fields.ts";
import type { Manifest } from "./manifest.ts";
import type { AnyObject } from "./objects.ts";
import { patchOf } from "./patch.ts";
import { badRequest, conflict, invalid } from "./status.ts";
import { validate, validateUpdate } from "./validate.ts";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly by: Manager;
}

/** The query parameters of a write. `dryRun` is `All` or nothing. */
export function writeOptions(query: URLSearchParams, userAgent: string, kind: "PatchOptions" | "CreateOptions"): WriteOptions {
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  if (dryRun.some((value) => value !== "All")) {
    const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
    throw invalid(kind, "meta.k8s.io", "", "dryRun", message, "FieldValueNotSupported");
  }
  return { dryRun: dryRun.length > 0, by: { manager: query.get("fieldManager") || userAgent.split("/", 1)[0] || "unknown" } };
}

/**
 * `PATCH`. A `metadata.resourceVersion` in the patch must be the stored one (409). A `metadata.uid` must be the stored one too, but the API
 * server calls another one invalid (422), and only once the resourceVersion agrees.
 */
export function patch(
  { store }: Cluster,
  kind: KindInfo,
  seen: AnyObject,
  contentType: string,
  body: string,
  { dryRun, by }: WriteOptions,
): AnyObject {
  const patched = patchOf(contentType, body)(structuredClone(seen) as unknown as Json) as unknown as AnyObject;
  if (!isObject(patched.metadata)) throw badRequest("metadata must be a map");
  const { resourceVersion } = patched.metadata;
  if (resourceVersion !== undefined && resourceVersion !== seen.metadata.resourceVersion) {
    throw conflict(kind, seen.metadata.name, "the object has been modified; please apply your changes to the latest version and try again");
  }
  const { uid = seen.metadata.uid, labels, annotations, ownerReferences } = patched.metadata;
  const { name, namespace } = patched.metadata;
  const next = {
    ...patched,
    kind: seen.kind,
    apiVersion: seen.apiVersion,
    metadata: {
      ...withoutGivenMaps(seen.metadata),
      name,
      ...(namespace !== undefined && { namespace }),
      uid,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
    },
    ...("status" in seen ? { status: seen.status } : {}),
  } as AnyObject;
  validateUpdate(seen, next);
  validate(next);
  return store.update(
    seen,
    (draft) => {
      for (const key of Object.keys(draft)) Reflect.deleteProperty(draft, key);
      Object.assign(draft, next);
    },
    by,
    dryRun,
  );
}

function withoutGivenMaps(metadata: AnyObject["metadata"]): AnyObject["metadata"] {
  const { labels: _labels, annotations: _annotations, ownerReferences: _owners, ...rest } = metadata;
  return rest;
}

/** `POST` of a new object. */
export function create(
  cluster: Cluster,
  kind: KindInfo,
  namespace: string | undefined,
  body: unknown,
  { dryRun, by }: WriteOptions,
): AnyObject {
  if (!isObject(body) || !isObject(body.metadata)) throw badRequest("the object provided is unrecognized");
  const { name, generateName, labels, annotations, ownerReferences } = body.metadata;
  if (typeof name !== "string" && typeof generateName !== "string") {
    throw invalid(kind.kind, kind.group, "", "metadata.name", "Required value: name or generateName is required", "FieldValueRequired");
  }
  const given = { name, generateName, namespace, labels, annotations, ownerReferences };
  const metadata = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const manifest = { ...body, kind: kind.kind, apiVersion: apiVersionOf(kind.kind), metadata } as unknown as Manifest;
  const { store } = cluster;
  validate(store.create(manifest, by, true));
  return manifest.kind === "Pod" ? createPod(cluster, manifest, by, dryRun) : store.create(manifest, by, dryRun);
}

/** `DELETE` of one object, with what belongs to it. Pods take their time. */
export function remove(cluster: Cluster, object: AnyObject, options: unknown, { dryRun, by }: WriteOptions): AnyObject {
  if (object.kind === "Pod") checkPreconditions(object, isObject(options) ? options : {});
  if (dryRun) return object;
  if (object.kind === "Pod") {
    deletePod(cluster, object, by);
    return cluster.store.get("Pod", object.metadata.name, object.metadata.namespace) ?? object;
  }
  cluster.store.remove(object);
  const owned = (each: AnyObject) => each.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid);
  for (const pod of cluster.store.list("Pod").filter(owned)) deletePod(cluster, pod, by);
  for (const set of cluster.store.list("ReplicaSet").filter(owned)) remove(cluster, set, {}, { dryRun, by });
  return object;
}
