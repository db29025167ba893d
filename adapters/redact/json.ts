import { suspects } from "./find.ts";
import { marker } from "./marker.ts";
import { holdsSecret, secrecyOf } from "./names.ts";
import { redactText } from "./text.ts";

/** Kubernetes' own objects are about twenty deep; what is deeper than this is hostile. */
const DEEPEST = 200;
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MARKER = /^\[redacted:[a-z0-9-]+\]$/;

type Entry = readonly [key: string, value: unknown];
type Clean = (text: string) => string;

/**
 * The same JSON value without its secrets; what holds none is returned as it is, the same object, and nothing is changed in place.
 * Strings go through `redactText`, and so do keys; what a key (or `name` beside `value`, or a flag before it in a list) calls secret goes whole.
 * Numbers (but chosen ones, such as a PIN under `password`), booleans, null and dates stay. The values of a Kubernetes Secret all go.
 */
export function redactJson<T>(value: T): T {
  const suspect = suspects(stringsOf(value));
  return walk(value, "", 0, (text) => (suspect.has(text) || text.includes("[redacted:") ? redactText(text) : text)) as T;
}

function stringsOf(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const open: (readonly [value: unknown, depth: number])[] = [[value, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [each, depth] = next;
    if (typeof each === "string") found.add(each);
    if (typeof each !== "object" || each === null || depth >= DEEPEST) continue;
    for (const [key, inner] of Object.entries(each)) {
      if (!Array.isArray(each)) found.add(key);
      open.push([inner, depth + 1]);
    }
  }
  return found;
}

function walk(value: unknown, name: string, depth: number, clean: Clean): unknown {
  if (typeof value === "string") return holdsSecret(name, value) && !MARKER.test(value) ? marker("key") : clean(value);
  if (typeof value === "number") return secrecyOf(name) === "chosen" ? marker("key") : value;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth >= DEEPEST) return marker("too-deep");
  return Array.isArray(value) ? list(value, name, depth, clean) : object(value, name, depth, clean);
}

/** Items have the name of their list, as header values do; or that of the flag before them, as arguments do. */
function list(items: readonly unknown[], name: string, depth: number, clean: Clean): unknown {
  const nameOf = (at: number): string => (secrecyOf(name) === undefined ? flag(items[at - 1], clean) : name);
  const cleaned = items.map((item, at) => walk(item, nameOf(at), depth + 1, clean));
  return cleaned.some((item, at) => item !== items[at]) ? cleaned : items;
}

const flag = (item: unknown, clean: Clean): string => (typeof item === "string" && /^--?[a-z][\w-]*$/i.test(item) ? clean(item) : "");

function object(source: object, name: string, depth: number, clean: Clean): unknown {
  const entries: readonly Entry[] = Object.entries(source);
  const beside = entries.find(([key, value]) => (key === "name" || key === "key") && typeof value === "string")?.[1];
  const nameOfValue = typeof beside === "string" ? clean(beside) : name;
  const sealed = entries.some(([key, value]) => key === "kind" && value === "Secret");
  return rebuilt(source, (key, value) => {
    const cleanKey = clean(key);
    const cleaned = walk(value, key === "value" ? nameOfValue : cleanKey, depth + 1, clean);
    return [cleanKey, sealed ? seal(key, cleaned) : cleaned];
  });
}

/** A part of a Kubernetes Secret: what it holds goes, whatever it is called. */
function seal(part: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  if (part === "data" || part === "stringData") return rebuilt(value, (key) => [key, marker("kubernetes-secret")]);
  if (part === "metadata") return rebuilt(value, (key, inner) => [key, key === "annotations" ? seal(key, inner) : inner]);
  if (part === "annotations") return rebuilt(value, (key, inner) => [key, key === LAST_APPLIED ? marker("kubernetes-secret") : inner]);
  return value;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** The same object where nothing changes. Two keys that were secret are two keys still; `__proto__` is a key like any other. */
function rebuilt(source: object, change: (key: string, value: unknown) => Entry): object {
  const before: readonly Entry[] = Object.entries(source);
  const after = before.map(([key, value]) => change(key, value));
  if (after.every(([key, value], at) => key === before[at]?.[0] && value === before[at]?.[1])) return source;
  const target: object = Object.create(Object.getPrototypeOf(source));
  for (const [key, value] of after) {
    let free = key;
    for (let copy = 2; Object.hasOwn(target, free); copy++) free = `${key} ${copy}`;
    Object.defineProperty(target, free, { value, enumerable: true, configurable: true, writable: true });
  }
  return target;
}
