import type {
  Alert,
  Brand,
  ClusterState,
  Done,
  Entry,
  EntryOf,
  Incident,
  IncidentId,
  Instant,
  Kind,
  LedgerRecord,
  LedgerView,
  Observed,
  Query,
  Remedy,
  ScenarioId,
  Scope,
  Sha256,
  Some,
  Switch,
} from "./types/index.ts";

/** The outside, to read. Never rejects: what cannot be had is `unavailable`, with a reason a person understands and no secret in it. */
export interface World {
  fetch(query: Query<unknown>): Promise<Observed<unknown>>;
}

/** What was permitted, by its intent on record: enough to find out what became of the write, and no leave to write. */
export interface Permitted<K extends Kind = Kind> {
  readonly remedy: Remedy<K>;
  readonly intent: Sha256;
  readonly writeBefore: Instant;
  readonly incident: IncidentId;
}
/** Leave to write. It can only come out of `Ledger.permit`: no record, no act, by type. */
export type Permit<K extends Kind = Kind> = Brand<Permitted<K>, "Permit">;

/** The only hands. One kind each; none of them decides anything. */
export interface Writer<K extends Kind = Kind> {
  /** Server-side dry run of exactly the write. `applied` means: it would be. */
  rehearse(remedy: Remedy<K>): Promise<Done>;
  /** Once, with the preconditions uid and resourceVersion; throws when no answer came, and never tries again by itself. */
  write(permit: Permit<K>): Promise<Done>;
  /** After a write that gave no answer: by reading, what became of it; `unknown` where what was read does not tell. Throws when it could not be read. */
  reconcile(permitted: Permitted<K>): Promise<Done | "unknown">;
}

export interface Archive {
  /** Content-addressed and write-once; the same bytes give the same address. */
  put(bytes: Uint8Array | string, kind: "evidence" | "body" | "preserved" | "report" | "story"): Promise<Sha256>;
  get(address: Sha256): Promise<Uint8Array>;
}

export interface Ticket {
  readonly incident: IncidentId;
  readonly title: string;
  readonly priority: "high" | "normal";
  /** Markdown in which all foreign text is escaped. */
  readonly body: string;
  readonly attachments: readonly { readonly name: string; readonly archive: Sha256 }[];
}
/** Idempotent by incident: the second `open` answers with the first's id. */
export interface Desk {
  open(ticket: Ticket): Promise<string>;
  comment(id: string, incident: IncidentId, body: string): Promise<void>;
}

/** What makes an incident: its key and the alerts of one delivery. */
export interface Opening {
  readonly cluster: string;
  readonly scenario: ScenarioId;
  readonly scope: Scope;
  readonly alerts: Some<Alert>;
  readonly policy: Sha256;
}
export type Opened =
  | { readonly did: "opened" | "joined" | "already-there"; readonly id: IncidentId }
  /** Only resolved alerts, and nothing open that they could go to. */
  | { readonly did: "nothing-open" };

export interface Running {
  readonly id: IncidentId;
  readonly run: number;
}
/** Where the incident is. One contract, held by `test/ledger`, for SQLite and DynamoDB. Every method may reject with `Unreachable`. */
export interface Ledger {
  /**
   * Opens the incident of this key or joins the one that is open, in one write. The same receipts again change nothing. Of a delivery at most
   * 20 alerts are named (in the incident, or in the inbox: the ends of named alerts first), the others counted by their receipts.
   */
  openOrJoin(opening: Opening, now: Instant, by?: string): Promise<Opened>;
  /** Strongly consistent; undefined where there is no such incident. */
  view(id: IncidentId): Promise<LedgerView | undefined>;
  /**
   * All or none, by compare-and-set on HEAD (open, seq). An `answered` entry is also put where only people's word is. An `outcome` ends the cluster's pending write. A `closed` entry stands last, wants the
   * inbox as it was seen and every write's outcome, and takes back what the incident held: lease, fold, token. With `cluster`, the cluster's
   * guard state becomes that in the same transaction, where it still is as it was seen. Throws RangeError for a record that is too large:
   * evidence belongs in the archive.
   */
  append(seen: LedgerView, entries: Some<Entry>, by: string, now: Instant, cluster?: ClusterState): Promise<LedgerView | "conflict">;
  /**
   * The permit transaction: HEAD as seen and open, the intent new, CLUSTER as seen and without a pending write, stop switches there and off.
   * Where the story has an answer to the plan, also that answer as the person gave it: a yes, and of this record. The write is pending from then on. A lost answer and a retry give one intent.
   */
  permit<K extends Kind>(
    seen: LedgerView,
    intent: EntryOf<"intent"> & { readonly remedy: Remedy<K> },
    next: ClusterState,
    by: string,
    now: Instant,
  ): Promise<Permit<K> | "conflict" | "stopped" | "unanswered">;
  /** What an intent on record permitted whose outcome is missing or unknown: for reconciling only. */
  permitOf(seen: LedgerView, intent: LedgerRecord<EntryOf<"intent">>): Permitted;
  /** Compare-and-set of the cluster's guard state outside a permit (breaker, fold, release). It can end a pending write, and never begin one. */
  setCluster(cluster: string, seen: ClusterState, next: ClusterState): Promise<boolean>;
  cluster(cluster: string): Promise<ClusterState>;
  /** Open incidents, oldest first. */
  open(): Promise<readonly Incident[]>;
  /** Raises the execution's run from `seen`; false when another did. */
  raiseRun(id: IncidentId, seen: number): Promise<boolean>;
  setSwitch(of: "all" | { readonly cluster: string }, to: Exclude<Switch, { state: "missing" }>): Promise<void>;
  switchOf(of: "all" | { readonly cluster: string }): Promise<Switch>;
  /** A rejected alert: on record though it opens nothing. Idempotent by day, body and index. */
  reject(rejection: Rejection): Promise<void>;
  rejections(day: string): Promise<readonly Rejection[]>;
  /** The token that wakes a waiting execution. It wakes and nothing else; the answer is appended first. */
  putToken(id: IncidentId, token: string): Promise<void>;
  token(id: IncidentId): Promise<string | undefined>;
}
/** Starts the incident's execution unless one is running. Safe to call at any time, and again. */
export interface Starter {
  start(id: IncidentId): Promise<void>;
}
/** Whether an execution of the incident ran already, or had to be started, or is not needed any more. */
export type Kept = "running" | "started" | "closed";
/** Looks after the execution of an incident that is open. Safe to call at any time, and again. */
export interface Keeper {
  keep(seen: LedgerView): Promise<Kept>;
}
/** Wakes an execution that waits for an answer. A token that is gone is no error: who waits looks again by itself. */
export interface Waker {
  wake(token: string): Promise<void>;
}
/** Tells people that an approval waits. */
export interface Announcer {
  approvalWaits(of: {
    readonly incident: Incident;
    readonly remedy: Remedy;
    readonly plan: Sha256;
    readonly until: Instant;
  }): Promise<void>;
}
export interface Rejection {
  readonly at: Instant;
  readonly body: Sha256;
  readonly index: number;
  readonly reason: string;
  /** Understood, and asks for nothing: such as an alert of our own. */
  readonly ignored?: true;
}
/** The store cannot be reached or answers with an error: transient, so that the sender sends again. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}
