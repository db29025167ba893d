import { isObject, type Json, parsed, same } from "./json.ts";
import { ApiError, badRequest, unprocessable } from "./status.ts";

type Apply = (document: Json, patch: unknown) => Json;

/** RFC 7386. Rebuilt from entries, so that a key such as `__proto__` is a key. */
export function mergePatch(document: unknown, patch: Json): Json {
  const from = isObject(document) ? document : {};
  const kept = Object.entries(from).filter(([key]) => !Object.hasOwn(patch, key));
  const set = Object.entries(patch).flatMap(([key, value]) => {
    if (value === null) return [];
    return [[key, isObject(value) ? mergePatch(Object.hasOwn(from, key) ? from[key] : undefined, value) : value] as const];
  });
  return Object.fromEntries([...kept, ...set]);
}

/** A strategic merge of maps. Lists merge by rules that stand in each type's schema, which is not here, so they are refused. */
function strategicPatch(document: Json, patch: Json): Json {
  if (hasList(patch)) throw badRequest("the practice world merges only maps strategically: send lists as a JSON patch");
  return mergePatch(document, patch);
}
const hasList = (value: unknown): boolean => Array.isArray(value) || (isObject(value) && Object.values(value).some(hasList));

/** RFC 6902, with the API server's refusals: one for all that cannot be applied. */
export function jsonPatch(document: Json, operations: readonly unknown[]): Json {
  const root = { "": structuredClone(document) as unknown };
  for (const operation of operations) {
    if (!isObject(operation) || typeof operation.path !== "string") throw unprocessable();
    apply(root, operation.op, operation.path, operation);
  }
  if (!isObject(root[""])) throw unprocessable();
  return root[""];
}

function apply(root: Json, op: unknown, path: string, { value, from }: Json): void {
  const source = typeof from === "string" ? from : undefined;
  if (op === "add") add(root, path, value);
  else if (op === "remove") remove(root, path);
  else if (op === "replace") {
    remove(root, path);
    add(root, path, value);
  } else if (op === "copy" && source !== undefined) add(root, path, structuredClone(read(root, source)));
  else if (op === "move" && source !== undefined) {
    const found = read(root, source);
    remove(root, source);
    add(root, path, found);
  } else if (op !== "test" || !same(read(root, path), value)) throw unprocessable();
}

/** The list or map that holds the path's last part. The empty first part of a pointer names the document itself. */
function holder(root: Json, path: string): { parent: Json | unknown[]; key: string } {
  const parts = path.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = parts.pop() ?? "";
  let parent: unknown = root;
  for (const part of parts) parent = child(parent, part);
  if (!isObject(parent) && !Array.isArray(parent)) throw unprocessable();
  return { parent, key };
}
function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent) && /^\d+$/.test(key) && Number(key) < parent.length) return parent[Number(key)];
  if (isObject(parent) && Object.hasOwn(parent, key)) return parent[key];
  throw unprocessable();
}
const read = (root: Json, path: string): unknown => {
  const { parent, key } = holder(root, path);
  return child(parent, key);
};
function add(root: Json, path: string, value: unknown): void {
  const { parent, key } = holder(root, path);
  const index = key === "-" && Array.isArray(parent) ? parent.length : Number(key);
  if (!Array.isArray(parent)) set(parent, key, value);
  else if (Number.isInteger(index) && index >= 0 && index <= parent.length) parent.splice(index, 0, value);
  else throw unprocessable();
}
function remove(root: Json, path: string): void {
  const { parent, key } = holder(root, path);
  child(parent, key);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}
const set = (map: Json, key: string, value: unknown): void => {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
};

const wantMap = "json: cannot unmarshal array into Go value of type map[string]interface {}";
const byType: Readonly<Record<string, Apply>> = {
  "application/merge-patch+json": (document, patch) => {
    if (!isObject(patch)) throw badRequest(`error decoding patch: ${wantMap}`);
    return mergePatch(document, patch);
  },
  "application/strategic-merge-patch+json": (document, patch) => {
    if (!isObject(patch)) throw badRequest(wantMap);
    return strategicPatch(document, patch);
  },
  "application/json-patch+json": (document, patch) => {
    const wantList = "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp";
    if (!Array.isArray(patch)) throw badRequest(wantList);
    return jsonPatch(document, patch);
  },
};

/** Reads a patch by its content type. Throws 415 for another type and 400 for what is no JSON. */
export function patchOf(contentType: string, body: string): (document: Json) => Json {
  const type = contentType.split(";", 1)[0]?.trim() ?? "";
  const applies = Object.hasOwn(byType, type) ? byType[type] : undefined;
  if (!applies) throw new ApiError({ code: 415, reason: "UnsupportedMediaType", message: "415: Unsupported Media Type", details: {} });
  const patch = parsed(body);
  if (patch === undefined) throw badRequest("invalid JSON patch");
  return (document) => applies(document, patch);
}
