import { groups, type KindInfo, kindOf } from "./kinds.ts";
import type { Attributes } from "./roles.ts";
import { noSuchResource } from "./status.ts";

/** A request for a resource, as Kubernetes' request info resolver reads its method and path. */
export interface ResourceRequest {
  readonly method: string;
  readonly attributes: Attributes;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const verbs: Readonly<Record<string, readonly [one: string, all: string]>> = {
  GET: ["get", "list"],
  POST: ["create", "create"],
  PATCH: ["patch", "patch"],
  PUT: ["update", "update"],
  DELETE: ["delete", "deletecollection"],
};

const verbOf = (method: string, one: boolean): string => verbs[method]?.[one ? 0 : 1] ?? method.toLowerCase();

/** Undefined where the path names no resource (`/version`, or a group that is not served). */
export function resourceRequest(method: string, path: string): ResourceRequest | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  const core = parts[0] === "api" && parts[1] === "v1";
  if (!core && !(parts[0] === "apis" && parts[2] === "v1" && groups.has(parts[1] ?? ""))) return undefined;
  const group = core ? "" : (parts[1] ?? "");
  const rest = parts.slice(core ? 2 : 3).map(decoded);
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const [plural, name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  // A namespace is in itself, for whoever decides what may be done.
  const namespace = inNamespace ? rest[1] : plural === "namespaces" ? name : undefined;
  const attributes: Attributes = {
    verb: verbOf(method, name !== undefined),
    group,
    resource: subresource ? `${plural}/${subresource}` : plural,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
  return { method, attributes, namespace: inNamespace ? rest[1] : undefined, plural, name, subresource };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The kind, if it is served at this place: namespaced ones can only be listed outside of a namespace. */
export function kindAt({ attributes, plural, namespace, name }: ResourceRequest): KindInfo {
  const kind = kindOf(attributes.group, plural);
  if (!kind) throw noSuchResource();
  const misplaced = kind.namespaced ? namespace === undefined && name !== undefined : namespace !== undefined;
  if (misplaced) throw noSuchResource();
  return kind;
}
