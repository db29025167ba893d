import { randomUUID } from "node:crypto";
import { withDefaults } from "./defaults.ts";
import { copy, freeze, type Json, same, timestamp } from "./json.ts";
import { apiVersionOf, kinds } from "./kinds.ts";
import { type Manager, managed } from "./managed-fields.ts";
import type { Manifest } from "./manifest.ts";
import type { AnyObject, Kind, Objects } from "./objects.ts";
import { alreadyExists, notFound } from "./status.ts";

/** Letters and digits that Kubernetes makes random names of: no vowels, nothing that looks like another. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
export const suffix = (uid: string): string =>
  [...Buffer.from(uid.replaceAll("-", ""), "hex").subarray(-5)].map((byte) => alphabet[byte % alphabet.length]).join("");

/**
 * The objects, as etcd and the API server's registry keep them: one revision counter for all, uids that never come again, lists in the order
 * of their keys. What it gives is frozen; a change is made on a copy. All methods are synchronous, so a write is atomic.
 */
export class Store {
  readonly #now: () => number;
  readonly #objects = new Map<Kind, Map<string, AnyObject>>();
  /** Lists by namespace ("" is all of them), until the kind is written. */
  readonly #lists = new Map<Kind, Map<string, readonly AnyObject[]>>();
  readonly #written = new Map<Kind, number>();
  #revision = 1;

  /** `now` in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The last write's `resourceVersion`. */
  get revision(): number {
    return this.#revision;
  }

  /** The revision of the last write of any of these kinds. */
  lastWrite(kinds: readonly Kind[]): number {
    return Math.max(0, ...kinds.map((kind) => this.#written.get(kind) ?? 0));
  }

  get<K extends Kind>(kind: K, name: string, namespace = ""): Objects[K] | undefined {
    return this.#objects.get(kind)?.get(`${namespace}/${name}`) as Objects[K] | undefined;
  }

  /** Rejects with 404 where `get` gives undefined. */
  need<K extends Kind>(kind: K, name: string, namespace = ""): Objects[K] {
    const object = this.get(kind, name, namespace);
    if (!object) throw notFound(kinds[kind], name);
    return object;
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly Objects[K][] {
    return this.#list(kind, namespace ?? "") as readonly Objects[K][];
  }

  create<K extends Kind>(manifest: Manifest<K>, by: Manager, dryRun = false): Objects[K] {
    const kind = manifest.kind as K;
    const uid = randomUUID();
    const { name = `${manifest.metadata.generateName ?? ""}${suffix(uid)}`, ...rest } = manifest.metadata;
    if (this.get(kind, name, rest.namespace)) throw alreadyExists(kinds[kind], name);
    if (kinds[kind].namespaced) this.need("Namespace", rest.namespace ?? "");
    const filled = withDefaults[kind](copy({ ...manifest, apiVersion: apiVersionOf(kind) }) as Json) as unknown as Objects[K];
    const given = {
      name,
      uid,
      ...(kinds[kind].counted ? { generation: 1 } : {}),
      creationTimestamp: timestamp(this.#now()),
    };
    const object = { ...filled, metadata: { ...filled.metadata, ...given } } as Objects[K];
    return this.#put(object, undefined, by, dryRun);
  }

  /**
   * Changes a copy of what is stored and stores it, counting spec changes in `generation`. A change that changes nothing writes nothing, as
   * in the API server. With `dryRun` the answer is the same, with the `resourceVersion` that was there, and nothing is stored.
   */
  update<T extends AnyObject>(seen: T, change: (draft: T) => void, by: Manager, dryRun = false): T {
    const current = this.need(seen.kind, seen.metadata.name, seen.metadata.namespace) as T;
    const draft = draftOf(current);
    change(draft);
    return this.#commit(draft, current, by, dryRun);
  }

  /** As `update`, for whole parts such as `status`: nothing else is copied. */
  replace<T extends AnyObject>(seen: T, parts: Partial<Omit<T, "kind" | "apiVersion" | "metadata">>, by: Manager): T {
    const current = this.need(seen.kind, seen.metadata.name, seen.metadata.namespace) as T;
    return this.#commit({ ...current, metadata: { ...current.metadata }, ...parts }, current, by, false);
  }

  #commit<T extends AnyObject>(draft: T, current: T, by: Manager, dryRun: boolean): T {
    for (const map of ["labels", "annotations"] as const) {
      if (Object.keys(draft.metadata[map] ?? { some: "" }).length === 0) delete draft.metadata[map];
    }
    if (same(draft, current)) return current;
    if (kinds[draft.kind].counted && !same(desired(draft), desired(current))) {
      draft.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    return this.#put(draft, current, by, dryRun);
  }

  /** At once; `deletionTimestamp` is for whoever wants to wait. */
  remove(object: AnyObject): void {
    if (!this.#objects.get(object.kind)?.delete(keyOf(object))) return;
    this.#written.set(object.kind, ++this.#revision);
    this.#lists.delete(object.kind);
  }

  #put<T extends AnyObject>(object: T, before: T | undefined, by: Manager, dryRun: boolean): T {
    const managedFields = managed(before, object, by, timestamp(this.#now()));
    const resourceVersion = dryRun ? (before?.metadata.resourceVersion ?? "") : String(++this.#revision);
    const stored = freeze({ ...object, metadata: { ...object.metadata, resourceVersion, managedFields } });
    if (dryRun) return stored;
    const { kind } = object;
    const all = this.#objects.get(kind) ?? new Map<string, AnyObject>();
    this.#objects.set(kind, all.set(keyOf(stored), stored));
    this.#written.set(kind, this.#revision);
    this.#lists.delete(kind);
    return stored;
  }

  #list(kind: Kind, namespace: string): readonly AnyObject[] {
    const lists = this.#lists.get(kind) ?? new Map<string, readonly AnyObject[]>();
    this.#lists.set(kind, lists);
    const known = lists.get(namespace);
    if (known) return known;
    const list = namespace === "" ? this.#sorted(kind) : this.#list(kind, "").filter(({ metadata }) => metadata.namespace === namespace);
    lists.set(namespace, Object.freeze(list));
    return list;
  }

  #sorted(kind: Kind): AnyObject[] {
    const entries = [...(this.#objects.get(kind) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([, object]) => object);
  }
}

/** `managedFields` stay as they are: they are most of an object, and only the store makes new ones. */
function draftOf<T extends AnyObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata;
  const draft = copy({ ...object, metadata });
  return { ...draft, metadata: { ...draft.metadata, ...(managedFields && { managedFields }) } };
}

export const keyOf = ({ metadata }: AnyObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

const desired = (object: AnyObject): unknown => ({ ...object, metadata: null, status: null });
