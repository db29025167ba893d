import { randomUUID } from "node:crypto";
import { digest } from "../../kernel/digest.ts";
import type { Ledger, Opening } from "../../kernel/ports.ts";
import type {
  Alert,
  ClusterState,
  Entry,
  EntryOf,
  IncidentId,
  Instant,
  LedgerView,
  Remedy,
  Sha256,
  Some,
  Uid,
} from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";

const begin = Date.parse("2026-11-02T08:00:00.000Z");
/** So many seconds after the tests' eight o'clock. */
export const at = (seconds: number): Instant => new Date(begin + seconds * 1000).toISOString() as Instant;
export const sha = (text: string): Sha256 => digest(text);
export const nonce = (): string => randomUUID();

interface AlertWish {
  readonly cluster?: string;
  readonly startsAt?: Instant;
  readonly ends?: Instant;
  readonly body?: Sha256;
}
export function alert(fingerprint: string, { cluster = "prod", startsAt = at(0), ends, body = sha("a body") }: AlertWish = {}): Alert {
  const base = { from: "alertmanager", cluster, fingerprint, startsAt, labels: { namespace: "shop", pod: fingerprint }, body } as const;
  return ends ? { ...base, status: "resolved", endsAt: ends } : { ...base, status: "firing" };
}
/** `count` alerts that fire, named `<prefix>-1` and so on. */
export const alertsOf = (prefix: string, count: number, wish: AlertWish = {}): Some<Alert> => {
  const list = some(Array.from({ length: count }, (_, index) => alert(`${prefix}-${index + 1}`, wish)));
  if (list === undefined) throw new RangeError("no alerts");
  return list;
};

export function opening(alerts: Some<Alert>, wish: Partial<Opening> = {}): Opening {
  return {
    cluster: "prod",
    scenario: "workloads-not-receiving-svids",
    scope: { of: "owner", namespace: "shop", kind: "Deployment", name: "web" },
    policy: sha("the policy"),
    ...wish,
    alerts,
  };
}
export const openingOf = (name: string, wish: Partial<Opening> = {}): Opening =>
  opening([alert(name)], { scope: { of: "owner", namespace: "shop", kind: "Deployment", name }, ...wish });

export const remedy: Remedy<"evict-pod"> = {
  kind: "evict-pod",
  why: "it is older than the webhook",
  target: { cluster: "prod", kind: "Pod", namespace: "shop", name: "web-0", uid: "u-1" as Uid, resourceVersion: "17" },
  owner: { kind: "StatefulSet", name: "web", uid: "u-0" as Uid },
};
export const plan = sha("the plan");

export const asked = (seconds: number): Entry => ({ type: "asked", plan, until: at(seconds) });
export const answered = (yes: boolean): EntryOf<"answered"> => ({ type: "answered", plan, who: "alice", yes });
export const faulted = (error: string): Entry => ({ type: "faulted", state: "Diagnose", error });
export const closed: Entry = { type: "closed", result: "proved", says: "it has its identity" };

/** The lease's next holder with the next fence, one more change this hour: what the guards compute. */
export function leased(seen: ClusterState, holder: IncidentId, now: Instant): ClusterState {
  const fence = seen.lease?.holder === holder ? seen.lease.fence : seen.fence + 1;
  const until = new Date(Date.parse(now) + 120_000).toISOString() as Instant;
  return { ...seen, version: seen.version + 1, fence, lease: { holder, fence, until }, changes: [...seen.changes, now] };
}

export function intentFor(next: ClusterState): EntryOf<"intent"> & { readonly remedy: Remedy<"evict-pod"> } {
  const { fence = 0, until = at(120) } = next.lease ?? {};
  return { type: "intent", remedy, plan, fence, writeBefore: new Date(Date.parse(until) - 60_000).toISOString() as Instant };
}

/** What a writer's function does: take the lease, then ask for the permit. */
export function take(ledger: Ledger, seen: LedgerView, now: Instant) {
  const next = leased(seen.cluster, seen.head.id, now);
  return ledger.permit(seen, intentFor(next), next, "EvictWorkload", now);
}

export const outcome = (intent: Sha256, effect: EntryOf<"outcome">["effect"]): EntryOf<"outcome"> => ({
  type: "outcome",
  intent,
  effect,
  says: "the API server answered",
  lookAt: at(60),
});

/** The view once what became of the incident's last write is on record. */
export async function settled(ledger: Ledger, id: IncidentId): Promise<LedgerView> {
  const view = await seen(ledger, id);
  const intent = view.story.findLast((record) => record.type === "intent");
  if (intent === undefined) throw new Error("no intent");
  return appended(ledger, view, outcome(intent.hash, "applied"));
}

export async function allowWrites(ledger: Ledger, cluster = "prod"): Promise<void> {
  await ledger.setSwitch("all", { state: "off" });
  await ledger.setSwitch({ cluster }, { state: "off" });
}

/** The incident after the opening, which must be there. */
export async function seen(ledger: Ledger, id: IncidentId): Promise<LedgerView> {
  const view = await ledger.view(id);
  if (view === undefined) throw new Error(`no incident ${id}`);
  return view;
}
export async function opened(ledger: Ledger, what: Opening, now = at(0)): Promise<LedgerView> {
  const did = await ledger.openOrJoin(what, now);
  if (did.did !== "opened") throw new Error(`expected to open, but: ${did.did}`);
  return seen(ledger, did.id);
}
/** The view after an append that must not meet anybody. */
export async function appended(ledger: Ledger, view: LedgerView, ...entries: Some<Entry>): Promise<LedgerView> {
  const after = await ledger.append(view, entries, "Decide", at(1));
  if (after === "conflict") throw new Error("expected to append, but: conflict");
  return after;
}
