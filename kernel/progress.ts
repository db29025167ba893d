import { attemptOf } from "./plan.ts";
import type { Alert, Entry, EntryOf, Incident, LedgerRecord, LedgerView, Sha256, Some } from "./types/index.ts";

export type Recorded<T extends Entry["type"]> = LedgerRecord<EntryOf<T>>;

/** One write, from its intent to its conclusion. */
export interface Attempt {
  readonly intent: Recorded<"intent">;
  readonly outcome?: Recorded<"outcome">;
  readonly looks: readonly Recorded<"looked">[];
  readonly concluded?: Recorded<"concluded">;
}

/** Where an incident is, read off its story and nothing else. */
export interface Progress {
  readonly incident: Incident;
  /** Alerts that still fire, by their last word. */
  readonly firing: readonly Alert[];
  /** How many inbox alerts the story has taken in. */
  readonly taken: number;
  /** Diagnoses since the last proof, without those that only waited. */
  readonly rounds: number;
  /** All diagnoses: each has a number of its own. */
  readonly diagnoses: number;
  /** Valid for as long as nothing happened that asks for a new look. */
  readonly diagnosis?: Recorded<"diagnosed">;
  /** On that diagnosis. */
  readonly decision?: Recorded<"decided">;
  /** The last ones, void or not: for telling people, never for deciding. */
  readonly lastDiagnosis?: Recorded<"diagnosed">;
  readonly lastDecision?: Recorded<"decided">;
  /** Alerts joined after that diagnosis: it does not speak about them. */
  readonly joined?: Recorded<"joined">;
  readonly asked?: Recorded<"asked">;
  /** By plan; void once an alert is resolved, and used up by the write that they permitted: one yes, one write. */
  readonly answers: ReadonlyMap<Sha256, Recorded<"answered">>;
  readonly attempts: readonly Attempt[];
  /** Since the last write came to its outcome. */
  readonly faults: readonly Recorded<"faulted">[];
  readonly escalating?: Recorded<"escalating">;
  readonly ticket?: Recorded<"ticketed">;
  readonly commented?: Recorded<"commented">;
  readonly folded?: Recorded<"folded">;
  readonly closed?: Recorded<"closed">;
}

type Draft = { -readonly [K in keyof Progress]: Progress[K] };

export function progress(story: Some<LedgerRecord>): Progress {
  const [first] = story;
  if (first.type !== "opened") throw new TypeError(`the story of ${first.incidentId} does not begin with its opening`);
  const draft: Draft = {
    incident: first.incident,
    firing: first.incident.alerts,
    taken: 0,
    rounds: 0,
    diagnoses: 0,
    answers: new Map(),
    attempts: [],
    faults: [],
  };
  for (const record of story) take(draft, record);
  return draft;
}

/** What asks for a new look voids the diagnosis and all that was decided and asked upon it. */
function lookAgain(draft: Draft): void {
  delete draft.diagnosis;
  delete draft.decision;
  delete draft.asked;
}

function take(draft: Draft, record: LedgerRecord): void {
  switch (record.type) {
    case "joined":
      draft.taken += record.alerts.length;
      draft.firing = [...without(draft.firing, record.alerts), ...record.alerts];
      draft.joined = record;
      return;
    case "resolved":
      draft.taken += record.alerts.length;
      draft.firing = without(draft.firing, record.alerts);
      draft.answers = new Map();
      // What did not help is taken back whether or not an alert still fires.
      if (!draft.decision?.undoes) lookAgain(draft);
      return;
    case "diagnosed":
      if (!waited(draft.decision)) draft.rounds += 1;
      lookAgain(draft);
      draft.diagnoses += 1;
      draft.diagnosis = record;
      draft.lastDiagnosis = record;
      delete draft.lastDecision;
      delete draft.joined;
      return;
    case "decided":
      draft.decision = record;
      draft.lastDecision = record;
      return;
    case "asked":
      draft.asked = record;
      return;
    case "answered":
      draft.answers = new Map(draft.answers).set(record.plan, record);
      return;
    case "intent":
      draft.answers = new Map([...draft.answers].filter(([plan]) => plan !== record.plan));
      draft.attempts = [...draft.attempts, { intent: record, looks: [] }];
      return;
    case "outcome":
      draft.attempts = change(draft.attempts, record.intent, (attempt) => ({ ...attempt, outcome: record }));
      draft.faults = [];
      return;
    case "looked":
      draft.attempts = change(draft.attempts, record.intent, (attempt) => ({ ...attempt, looks: [...attempt.looks, record] }));
      return;
    case "concluded":
      draft.attempts = change(draft.attempts, record.intent, (attempt) => ({ ...attempt, concluded: record }));
      if (record.proof === "proved") draft.rounds = 0;
      lookAgain(draft);
      return;
    case "faulted":
      draft.faults = [...draft.faults, record];
      if (record.lost !== undefined && record.lost === draft.diagnosis?.evidence) lookAgain(draft);
      return;
    case "escalating":
      draft.escalating = record;
      return;
    case "ticketed":
      draft.ticket = record;
      return;
    case "commented":
      draft.commented = record;
      return;
    case "folded":
      draft.folded = record;
      return;
    case "closed":
      draft.closed = record;
      return;
    case "opened":
    case "preserved":
      return;
  }
}

/** A round that only waited for its turn (lease, budget, cooldown) costs age, not rounds. */
const waited = (decision: Progress["decision"]) =>
  decision?.verdict.verdict === "deny" &&
  decision.verdict.reasons.every((reason) => reason.rule !== "deny" || (reason.until ?? decision.written) > decision.written);

/** An alert is itself by who says so and its fingerprint: what one origin says ends nothing that another one has said. */
const without = (alerts: readonly Alert[], gone: readonly Alert[]) =>
  alerts.filter((alert) => !gone.some((other) => other.from === alert.from && other.fingerprint === alert.fingerprint));

const change = (attempts: readonly Attempt[], intent: Sha256, to: (attempt: Attempt) => Attempt) =>
  attempts.map((attempt) => (attempt.intent.hash === intent ? to(attempt) : attempt));

/** As people are told it: what was seen and decided last, though it is void for deciding by now. */
export const asTold = (at: Progress): Progress => ({
  ...at,
  ...(at.lastDiagnosis ? { diagnosis: at.lastDiagnosis } : {}),
  ...(at.lastDecision ? { decision: at.lastDecision } : {}),
});

/** The write under way: permitted, and not concluded. At most one, by the permit transaction. */
export const underWay = ({ attempts }: Progress): Attempt | undefined => attempts.find((attempt) => !attempt.concluded);

/** Inbox alerts that no record has taken in yet. */
export const untaken = (view: LedgerView, at: Progress): readonly Alert[] => view.inbox.slice(at.taken);

/** Whether among these is news that voids what was decided: that something is over. One more that fires only waits for its turn. */
export const overtakes = (view: LedgerView, at: Progress): boolean => untaken(view, at).some((alert) => alert.status === "resolved");

export const triedBefore = (at: Progress, remedy: Parameters<typeof attemptOf>[0]): readonly Attempt[] =>
  at.attempts.filter((attempt) => attemptOf(attempt.intent.remedy) === attemptOf(remedy));
