import { parsed } from "../../../kernel/json.ts";
import { dnsLabel, dnsSubdomain } from "../../../kernel/names.ts";
import type { Done, Effect, Instant, Target } from "../../../kernel/types/index.ts";
import { type Change, type Connection, NoAnswer } from "../connection.ts";
import { apiStatus, isRecord } from "../status.ts";

/** What a writer works with: one connection of its own capability, and the time. */
export interface Hands {
  readonly connection: Connection;
  readonly clock: () => Instant;
}

export type Live = Readonly<Record<string, unknown>>;

/** One remedy as this API server sees it. `mark` is an instant that only this write has, so that it is recognised afterwards. */
export interface Job {
  readonly target: Target<string>;
  /** Where the target is read. */
  readonly path: string;
  /** Exactly the write, without dry run. */
  readonly change: (mark: Instant) => Change;
  /** What the object itself says against the write, where it must be looked at first. */
  readonly before?: (live: Live) => Done | undefined;
  /** Whether the answer to an accepted write shows that it was done, and not undone on the way by a policy. */
  readonly took: (answer: Live, mark: Instant) => boolean;
  readonly says: string;
  /** Afterwards, by the object (of the same uid) or its absence. */
  readonly became: (live: Live | undefined, mark: Instant) => Done | "unknown";
}

export const fieldManager = "remediator";

export const done = (effect: Effect, says: string): Done => ({ effect, says });

/** As kubectl names it. */
export const nameOf = ({ kind, name, namespace }: Target<string>): string =>
  kind === "Namespace" ? `namespace/${name}` : `${kind.toLowerCase()}/${name} in namespace ${namespace}`;

/** Its names become a path: one that Kubernetes would not have given leads elsewhere. Throws `TypeError`; whoever planned it could not have read it. */
export function mustBeNamed({ kind, name, namespace }: Target<string>): void {
  const must = (pattern: RegExp, text: string, of: string) => {
    if (!pattern.test(text)) throw new TypeError(`${JSON.stringify(text.slice(0, 80))} is not the name of a ${of}`);
  };
  must(kind === "Namespace" ? dnsLabel : dnsSubdomain, name, kind);
  if (kind !== "Namespace") must(dnsLabel, namespace, "Namespace");
}

export const absent = (target: Target<string>): Done =>
  done("not-found", `${nameOf(target)} with uid ${target.uid} is not there any more; nothing was written`);

/** The target as it is now; undefined where it is gone, or another one has its name. Rejects with `NoAnswer`. */
export async function live({ get }: Connection, { path, target }: Job): Promise<Live | undefined> {
  const { status, body } = await get(path);
  if (status === 404 && isNotFound(body, target)) return undefined;
  const value = parsed(body);
  if (status !== 200 || !isRecord(value)) throw new NoAnswer(`the target could not be read (${status})`);
  return field(value, "metadata", "uid") === target.uid ? value : undefined;
}

/** The API server's own word that this object is not there; "no such API" is not that. */
export function isNotFound(body: string, { name }: Target<string>): boolean {
  const said = apiStatus(body);
  return said?.reason === "NotFound" && said.name === name;
}

export const field = (from: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), from);

/** The precondition of a write: this very object, as it was read. */
export const asRead = ({ uid, resourceVersion }: Target<string>) => ({ uid, resourceVersion });

/** Nothing was written to what we would have changed: its version, or at least its generation, which a status does not raise, is as it was read. */
export function unmoved(target: Target<string>, live: Live): boolean {
  if (target.generation !== undefined && field(live, "metadata", "generation") === target.generation) return true;
  return field(live, "metadata", "resourceVersion") === target.resourceVersion;
}
