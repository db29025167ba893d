import { parseFieldSelector } from "./field-selector.ts";
import { isObject } from "./json.ts";
import { apiVersionOf, type KindInfo } from "./kinds.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { AnyObject } from "./objects.ts";
import { badRequest, expired } from "./status.ts";
import { keyOf, type Store } from "./store.ts";

const remembered = 32;

/** Answers lists, page by page: each page shows the objects as they were at the first one, until that state is forgotten (410). */
export class Lists {
  readonly #store: Store;
  readonly #states = new Map<string, readonly AnyObject[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  answer(kind: KindInfo, namespace: string | undefined, query: URLSearchParams): unknown {
    const limit = limitOf(query.get("limit"));
    const token = query.get("continue");
    const from = token ? decode(token) : { rv: this.#store.revision, start: "" };
    const all = token ? this.#states.get(`${kind.kind}@${from.rv}`) : this.#store.list(kind.kind);
    if (!all) {
      throw expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
      );
    }
    const matches = selectorOf(kind, query);
    const found = all.filter((each) => keyOf(each) >= from.start && (!namespace || each.metadata.namespace === namespace) && matches(each));
    const items = limit > 0 ? found.slice(0, limit) : found;
    const last = items.at(-1);
    const rest = found.length - items.length;
    if (rest > 0) this.#remember(`${kind.kind}@${from.rv}`, all);
    const more = rest > 0 && last ? { continue: encode(from.rv, keyOf(last)) } : {};
    const count = rest > 0 && !query.get("labelSelector") && !query.get("fieldSelector") ? { remainingItemCount: rest } : {};
    return {
      kind: `${kind.kind}List`,
      apiVersion: apiVersionOf(kind.kind),
      metadata: { resourceVersion: String(from.rv), ...more, ...count },
      items: items.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
    };
  }

  #remember(name: string, state: readonly AnyObject[]): void {
    this.#states.set(name, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > remembered && oldest !== undefined) this.#states.delete(oldest);
  }
}

function selectorOf(kind: KindInfo, query: URLSearchParams): (object: AnyObject) => boolean {
  const byLabels = parseLabelSelector(query.get("labelSelector") ?? "");
  const byFields = parseFieldSelector(query.get("fieldSelector") ?? "", kind);
  return (object) => byLabels(object.metadata.labels ?? {}) && byFields(object);
}

function limitOf(text: string | null): number {
  if (text === null || text === "") return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

const encode = (rv: number, last: string): string =>
  Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv, start: `${last}\u0000` })).toString("base64url");

function decode(token: string): { readonly rv: number; readonly start: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (isObject(value) && typeof value.rv === "number" && typeof value.start === "string") {
      return { rv: value.rv, start: value.start };
    }
  } catch {
    // Told below, with what is JSON and no token.
  }
  throw badRequest("invalid continue token: continue key is not valid");
}
