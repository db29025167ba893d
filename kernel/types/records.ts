import type { IncidentId, Instant, Sha256, Some } from "./basics.ts";
import type { Diagnosis, Finding } from "./finding.ts";
import type { Verdict } from "./guard.ts";
import type { Alert, Incident } from "./incident.ts";
import type { Capability, Effect, Kind, Remedy } from "./remedy.ts";

export const results = ["proved", "repaired-unproved", "self-healed", "observed", "declined", "escalated", "folded", "ignored"] as const;
export type Result = (typeof results)[number];

export type Look = "good" | "bad" | "inconclusive" | "owed";

/**
 * What a write came to in the end. `failed`: it was seen not to help. `unproved`: nobody saw whether it did, or what became of it.
 * `void`: nothing was changed, so a fresh look may lead to a fresh permit, once.
 */
export type Conclusion = "proved" | "unproved" | "failed" | "void";

/** What a decision stood on, beside the story before it: with these it can be made again, to the same answer. */
export interface Basis {
  readonly now: Instant;
  /** The version in force. */
  readonly policy: Sha256;
  /** Archive address of what was read for it; absent where nothing was. */
  readonly evidence?: Sha256;
  readonly cluster: ClusterState;
  readonly stops: LedgerView["stops"];
}

/** What a record says. The incident is told by these alone. */
export type Entry =
  | { readonly type: "opened"; readonly incident: Incident; readonly bodies: readonly Sha256[] }
  | { readonly type: "joined"; readonly alerts: Some<Alert> }
  | { readonly type: "resolved"; readonly alerts: Some<Alert> }
  | { readonly type: "diagnosed"; readonly diagnosis: Diagnosis; readonly evidence: Sha256 }
  | {
      readonly type: "decided";
      readonly at: "plan" | "write";
      readonly remedy: Remedy;
      readonly plan: Sha256;
      readonly undoes?: Sha256;
      readonly verdict: Verdict;
      /** Absent in records of versions that did not keep it. */
      readonly basis?: Basis;
    }
  | { readonly type: "asked"; readonly plan: Sha256; readonly until: Instant }
  | { readonly type: "answered"; readonly plan: Sha256; readonly who: string; readonly yes: boolean }
  | { readonly type: "preserved"; readonly plan: Sha256; readonly archive: Sha256; readonly missing: readonly string[] }
  | {
      readonly type: "intent";
      readonly remedy: Remedy;
      readonly plan: Sha256;
      readonly undoes?: Sha256;
      readonly fence: number;
      readonly writeBefore: Instant;
      /** Of the look right before the write; absent in records of versions that did not keep it. */
      readonly verdict?: Verdict;
      readonly basis?: Basis;
    }
  | {
      readonly type: "outcome";
      readonly intent: Sha256;
      readonly effect: Effect | "unknown";
      readonly says: string;
      readonly lookAt: Instant;
    }
  | { readonly type: "looked"; readonly intent: Sha256; readonly findings: Some<Finding>; readonly look: Look; readonly evidence: Sha256 }
  | { readonly type: "concluded"; readonly intent: Sha256; readonly proof: Conclusion; readonly says: string }
  /** `lost`: the archived evidence that could not be had, so that the diagnosis on it is void. */
  | { readonly type: "faulted"; readonly state: string; readonly error: string; readonly lost?: Sha256 }
  /** The decision to hand over: what follows is a ticket, then the close with `result`. */
  | { readonly type: "escalating"; readonly result: Result; readonly why: string }
  | { readonly type: "ticketed"; readonly ticket: string; readonly commentAt: Instant }
  | { readonly type: "commented"; readonly ticket: string; readonly archive: Sha256 }
  | { readonly type: "folded"; readonly into: IncidentId }
  | { readonly type: "closed"; readonly result: Result; readonly says: string };
export type EntryOf<T extends Entry["type"]> = Extract<Entry, { type: T }>;

/** An entry in its place: numbered from 1 without gaps, each with the hash of the one before. */
export type LedgerRecord<E extends Entry = Entry> = E & {
  readonly incidentId: IncidentId;
  readonly seq: number;
  readonly written: Instant;
  /** The function (and, where a person answered, on whose behalf). */
  readonly by: string;
  /** Makes equal entries of two writers differ, so that a writer knows its own after a lost answer. */
  readonly nonce: string;
  readonly prev: Sha256;
  readonly hash: Sha256;
};

/** Everything that a permit must agree on: ONE item a cluster, so one compare-and-set. */
export interface ClusterState {
  readonly version: number;
  /** A fold is open: no permits in its children. */
  readonly parent?: IncidentId;
  readonly lease?: { readonly holder: IncidentId; readonly fence: number; readonly until: Instant };
  /**
   * The write that was permitted here and whose outcome is not on record: until it is, nobody is permitted another one, whatever became of the
   * lease. The permit's transaction sets it, the outcome's takes it away.
   */
  readonly pending?: { readonly incident: IncidentId; readonly intent: Sha256; readonly writeBefore: Instant };
  /** The highest fence ever given, so that the next holder's is higher. */
  readonly fence: number;
  /** Writes of the last hour, oldest first. An undo's place is taken with the write that it would take back. */
  readonly changes: readonly Instant[];
  /** By kind and owner's uid; the incident that set it may go on. */
  readonly cooling: Readonly<Record<string, { readonly until: Instant; readonly by: IncidentId }>>;
  /** Failed proofs in a row by kind: the breaker. */
  readonly failed: Readonly<Partial<Record<Kind, number>>>;
}

export type Switch =
  | { readonly state: "off" }
  | { readonly state: "on"; readonly by: string; readonly since: Instant; readonly why: string }
  /** Never set, or not readable: as good as on. */
  | { readonly state: "missing" };

export interface Head {
  readonly id: IncidentId;
  readonly open: boolean;
  readonly seq: number;
  readonly hash: Sha256;
  /** How many alerts were put into the inbox so far; the story says how many of them were taken out. */
  readonly inbox: number;
  /** The execution's run, raised by a conditional write. */
  readonly run: number;
}
export interface LedgerView {
  readonly head: Head;
  readonly inbox: readonly Alert[];
  readonly story: Some<LedgerRecord>;
  readonly cluster: ClusterState;
  readonly stops: { readonly all: Switch; readonly cluster: Switch };
}

/** Of one Ask: the workflow ends it then, and at no other time by itself. The deadline of the approval is the ledger's. */
export const longestAskSeconds = 900;

/** Of one writer: it is ended then. Every policy's lease is shorter, and so its write is over, or will never be, before anybody takes it for dead. */
export const longestWriterSeconds = 300;

/** What the hub answers: all that travels in the workflow's state, beside the incident's id. */
export type Next =
  | { readonly to: "Diagnose" | "Escalate" | "Done" | Capability }
  | { readonly to: "Settle" | "Ask"; readonly until: Instant };
