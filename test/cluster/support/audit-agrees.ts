import { groupOf, readers } from "../../../adapters/policy/groups.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { EntryOf, Instant, Kind, LedgerRecord, Policy } from "../../../kernel/types/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import type { AuditEvent } from "../parts/audit.ts";
import { recordsOf, type Stories } from "./stories.ts";

type Intent = LedgerRecord<EntryOf<"intent">>;
type Outcome = LedgerRecord<EntryOf<"outcome">>;

/** What was compared, so that a test can say how much it expects. */
export interface Agreed {
  readonly writes: readonly AuditEvent[];
  readonly intents: readonly Intent[];
  /** Requests of whoever may only read. */
  readonly reads: number;
}
export interface Compared {
  readonly cluster: { audit(): Promise<readonly AuditEvent[]> };
  readonly ledger: Ledger;
  readonly stories: Pick<Stories, "all">;
  readonly policy: Policy;
  /** What came before is of another test. */
  readonly since: Instant;
}

const writers: ReadonlySet<string> = new Set(Object.values(remedies).map(({ by }) => groupOf(by)));
type Grouped = Pick<AuditEvent, "groups">;
/** By group, for the API server knows a user of ours by another name on each way in. */
const isWriter = ({ groups }: Grouped) => groups.some((group) => writers.has(group));
const isReader = (event: Grouped) => event.groups.includes(readers) && !isWriter(event);
const isOurs = (event: Grouped) => isWriter(event) || isReader(event);
const reading = ["get", "list"];
/** A question about one's own rights is asked by a POST, and changes nothing. */
const isReading = ({ verb, objectRef }: AuditEvent) => reading.includes(verb) || objectRef?.resource === "selfsubjectaccessreviews";

/**
 * Compares what the API server says was done with what our records say. Throws with every disagreement: a write of ours without its intent or
 * outside of its time, an intent without its write or a reason, anything but get and list by a reader, one of us as somebody else.
 */
export async function auditAgrees({ cluster, ledger, stories, policy, since }: Compared): Promise<Agreed> {
  const events = (await cluster.audit()).filter(({ stageTimestamp }) => secondsBetween(since, stageTimestamp as Instant) >= 0);
  const records = (await stories.all(ledger)).flat().filter(({ written }) => written >= since);
  const [intents, outcomes] = [recordsOf(records, "intent"), recordsOf(records, "outcome")];
  const own = events.filter(isOurs);
  const writes = own.filter((event) => !isReading(event) && !event.dryRun);
  const reads = own.filter(isReader);
  const wrong = [
    ...events.filter((event) => event.userAgent === "remediator" && !isOurs(event)).map((event) => `as somebody else: ${told(event)}`),
    ...reads.filter((event) => !isReading(event)).map((event) => `a reader did more than read: ${told(event)}`),
    ...writes.flatMap((write) => withoutIntent(write, intents, policy)),
    ...intents.flatMap((intent) => withoutWrite(intent, outcomes, writes)),
  ];
  if (wrong.length > 0) throw new Error(`the audit log and the records disagree:\n${wrong.join("\n")}`);
  return { writes, intents, reads: reads.length };
}

const told = ({ user, verb, requestURI, stageTimestamp, responseStatus }: AuditEvent) =>
  `${user} ${verb} ${requestURI} at ${stageTimestamp}: ${responseStatus?.code}`;

function withoutIntent(write: AuditEvent, intents: readonly Intent[], { timing }: Policy): readonly string[] {
  const own = intents.filter((intent) => isOf(write, intent));
  if (own.length === 0) return [`a write without an intent: ${told(write)}`];
  const latest = timing.requestTimeoutSeconds + timing.clockSkewSeconds;
  const intime = own.filter(({ written, writeBefore }) => {
    const at = write.stageTimestamp as Instant;
    return secondsBetween(written, at) >= 0 && secondsBetween(writeBefore, at) <= latest;
  });
  if (intime.length === 1) return [];
  return [`${intime.length} intents for one write in its time: ${told(write)}`];
}

function withoutWrite(intent: Intent, outcomes: readonly Outcome[], writes: readonly AuditEvent[]): readonly string[] {
  const says = `${intent.remedy.kind} of ${intent.remedy.target.namespace}/${intent.remedy.target.name} at ${intent.written}`;
  const outcome = outcomes.find((one) => one.intent === intent.hash);
  if (!outcome) return [`an intent without an outcome: ${says}`];
  const own = writes.filter((write) => isOf(write, intent));
  const accepted = own.filter(({ responseStatus }) => (responseStatus?.code ?? 0) < 300);
  if (outcome.effect === "applied" && accepted.length !== 1)
    return [`${accepted.length} accepted writes for one that was applied: ${says}`];
  if (outcome.effect !== "applied" && accepted.length > 0) return [`${outcome.effect} on record, but the API server accepted it: ${says}`];
  if (own.length === 0 && outcome.says === "") return [`neither a write nor a reason: ${says}`];
  return [];
}

interface Sent {
  readonly metadata?: { readonly uid?: string; readonly name?: string };
  readonly deleteOptions?: { readonly preconditions?: { readonly uid?: string } };
}

/** This very write: by its capability, on this object and no other, with the uid that the intent names as its precondition. */
function isOf({ groups, verb, objectRef, requestObject }: AuditEvent, { remedy }: Intent): boolean {
  const { target, kind } = remedy;
  const [does, resource] = requests[kind];
  const sent = (requestObject ?? {}) as Sent;
  const uid = kind === "evict-pod" ? sent.deleteOptions?.preconditions?.uid : sent.metadata?.uid;
  const asked = [objectRef?.resource, objectRef?.subresource].filter(Boolean).join("/");
  return (
    groups.includes(groupOf(remedies[kind].by)) &&
    verb === does &&
    (typeof resource === "string" ? resource : resource[target.kind]) === asked &&
    objectRef?.name === target.name &&
    (kind === "label-namespace" || objectRef?.namespace === target.namespace) &&
    uid === target.uid
  );
}

const templates: Readonly<Record<string, string>> = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" };
const requests: Readonly<Record<Kind, readonly [verb: string, resource: string | Readonly<Record<string, string>>]>> = {
  "evict-pod": ["create", "pods/eviction"],
  "rollout-restart": ["patch", templates],
  "label-pod-template": ["patch", templates],
  "label-namespace": ["patch", "namespaces"],
};
