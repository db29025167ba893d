import { bounds, collect } from "../collect.ts";
import { judge } from "../judge.ts";
import { nextCluster, settledAfter, writeBefore } from "../permit.ts";
import { planOf, ruleOf } from "../plan.ts";
import type { Archive, Ledger, Permit, World, Writer } from "../ports.ts";
import { type Attempt, progress, type Recorded, underWay, untaken } from "../progress.ts";
import type { Rules } from "../rules.ts";
import { run } from "../suspend.ts";
import { after } from "../time.ts";
import type {
  Capability,
  Done,
  Entry,
  Evidence,
  IncidentId,
  Instant,
  Kind,
  LedgerView,
  Policy,
  Reason,
  Remedy,
  Situation,
  Some,
  Verdict,
} from "../types/index.ts";
import { preserve } from "./preserve.ts";

export type Writers = { readonly [K in Kind]?: Writer<K> };

export interface Acting {
  readonly ledger: Ledger;
  readonly world: World;
  readonly archive: Archive;
  /** Of one capability only: a remedy of another finds no hands here. */
  readonly writers: Writers;
  readonly capability: Capability;
  readonly rules: Rules;
  readonly policy: Policy;
  readonly clock: () => Instant;
  /** Stands in the records: the function and its request. */
  readonly by: string;
}

/** The incident was moved on by someone else meanwhile: nothing was done here, and Decide looks again. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/**
 * Carries out what was decided: preserve, fresh reads, all guards again, rehearsal, permit, one write, outcome. In this order, so that
 * a denial costs no budget and leaves no intent. A write without an outcome is not repeated but reconciled, by reading.
 */
export async function act(id: IncidentId, on: Acting): Promise<void> {
  const view = await on.ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = progress(view.story);
  const attempt = underWay(at);
  if (attempt) return attempt.outcome ? undefined : reconcile(attempt, view, on);
  const { decision } = at;
  // Once people have it, or once there is news that nobody has looked at, nothing is begun any more.
  if (at.closed || at.escalating || untaken(view, at).length > 0)
    throw new Overtaken("the incident has been handed over, closed, or has news");
  if (!decision || ruleOf(on.rules.remedies, decision.remedy.kind).by !== on.capability)
    throw new Overtaken(`nothing is decided that ${on.capability} could do`);
  const approved = decision.verdict.verdict === "allow" || at.answers.get(decision.plan)?.yes === true;
  if (!approved) throw new Overtaken(`${decision.remedy.kind} is not permitted`);
  await carryOut(decision, view, on);
}

async function carryOut(decision: Recorded<"decided">, view: LedgerView, on: Acting): Promise<void> {
  const { rules, policy, world, ledger, archive } = on;
  const { remedy } = decision;
  const at = progress(view.story);
  const given = { cluster: at.incident.cluster, policy, now: on.clock() };
  const kept = await preserve(remedy, rules.remedies, given, world, archive);
  if (!kept)
    return refuse(
      decision,
      view,
      denied({ guard: "preserved", rule: "deny", says: "nothing of what the write would destroy could be preserved" }),
      on,
    );
  const preserved = await append(view, [{ ...kept, plan: decision.plan }], on);

  const fresh = await lookOnceMore(decision, preserved, on);
  if (fresh.verdict.verdict !== "allow") return refuse(decision, preserved, fresh.verdict, on);
  if (!fresh.remedy) return refuse(decision, preserved, denied(stale(on.clock(), fresh.gone)), on);

  const rehearsal = await writerFor(fresh.remedy, on).rehearse(fresh.remedy);
  if (rehearsal.effect === "not-found") return refuse(decision, preserved, denied(stale(on.clock(), rehearsal.says)), on);
  if (rehearsal.effect === "refused")
    return refuse(decision, preserved, denied({ guard: "rehearsal", rule: "deny", says: rehearsal.says }), on);

  const now = on.clock();
  const of = { incident: view.head.id, remedy: fresh.remedy, undoing: decision.undoes !== undefined };
  const next = nextCluster(preserved.cluster, of, rules.remedies, policy, now);
  const intent = {
    type: "intent" as const,
    remedy: fresh.remedy,
    plan: planOf(fresh.remedy),
    ...(decision.undoes ? { undoes: decision.undoes } : {}),
    fence: next.fence,
    writeBefore: writeBefore(policy, now),
  };
  const permit = await ledger.permit(preserved, intent, next, on.by, now);
  if (permit === "conflict") throw new Overtaken("the incident or its cluster moved on before the permit");
  if (permit === "stopped")
    return refuse(
      decision,
      preserved,
      denied({ guard: "stop-switches", rule: "deny", says: "a stop switch was thrown before the permit" }),
      on,
    );
  await record(permit, await writerFor(fresh.remedy, on).write(permit), on);
}

/**
 * The chain, all guards and the target again, over reads of this moment: what proposed the remedy must propose it still. An undo answers to
 * the diagnosis that led to its write; the world has changed since, by us.
 */
async function lookOnceMore(
  decision: Recorded<"decided">,
  view: LedgerView,
  { rules, policy, world, clock }: Acting,
): Promise<{ verdict: Verdict; remedy?: Remedy; gone: string }> {
  const at = progress(view.story);
  const undoing = decision.undoes !== undefined;
  if (!at.diagnosis && !undoing) throw new Overtaken("the diagnosis is void");
  const scenario = rules.scenarioOf(at.incident);
  const round = lastDiagnosis(view).round;
  const pass = (evidence: Evidence) => {
    const now = clock();
    const again = undoing
      ? { value: lastDiagnosis(view), wants: [] }
      : scenario.diagnose(at.incident, round, { cluster: at.incident.cluster, policy, now }, evidence);
    const { remedy, plan } = decision;
    const situation: Situation = {
      incident: at.incident,
      alerts: at.firing,
      diagnosis: again.value,
      remedy,
      plan,
      undoing,
      ledger: view,
      policy,
      now,
    };
    const judged = judge(rules.guards, situation, evidence);
    const target = run((read) => rules.refresh(remedy, read), evidence);
    const early = undoing ? [] : rules.soon(at.incident, at.firing, policy, evidence);
    const wants = [...early, ...again.wants, ...judged.wants, ...(target.did === "miss" ? target.queries : [])];
    return { value: { verdict: judged.value, target }, wants };
  };
  const given = { cluster: at.incident.cluster, policy, now: clock() };
  const { value } = await collect(pass, world, bounds, (text, read) => rules.derive(text, read, given));
  return value.target.did === "finish"
    ? { verdict: value.verdict, remedy: value.target.value, gone: "" }
    : { verdict: value.verdict, gone: value.target.did === "fail" ? value.target.reason : "the target could not be read" };
}

function lastDiagnosis({ story }: LedgerView) {
  const last = story.findLast((record): record is Recorded<"diagnosed"> => record.type === "diagnosed");
  if (!last) throw new Overtaken("there is no diagnosis");
  return last.diagnosis;
}

/** The plan is of another time: look again at once, with a round's cost. */
const stale = (now: Instant, says: string): Reason => ({ guard: "explicit-live-targets", rule: "deny", says, until: now });

const denied = (reason: Reason): Verdict => ({ verdict: "deny", reasons: [reason], passed: [] });

async function refuse({ remedy, plan, undoes }: Recorded<"decided">, view: LedgerView, verdict: Verdict, on: Acting): Promise<void> {
  await append(view, [{ type: "decided", at: "write", remedy, plan, ...(undoes ? { undoes } : {}), verdict }], on);
}

/** Only once the write is over, or will never be: what is read before that may still change. */
async function reconcile({ intent }: Attempt, view: LedgerView, on: Acting): Promise<void> {
  const over = settledAfter(on.policy, intent.writeBefore);
  if (on.clock() < over) throw new Overtaken(`the write may be under way until ${over}`);
  const permit = on.ledger.permitOf(view, intent);
  const became = await writerFor(intent.remedy, on).reconcile(permit);
  await record(
    permit,
    became === "unknown" ? { effect: "unknown", says: "the write gave no answer, and reading does not tell what became of it" } : became,
    on,
  );
}

/** The write has happened: its outcome goes on record whatever else was recorded meanwhile. */
async function record(permit: Permit, { effect, says }: Done | { effect: "unknown"; says: string }, on: Acting): Promise<void> {
  const settle = ruleOf(on.rules.remedies, permit.remedy.kind).settleSeconds * on.policy.timing.settleFactor;
  for (;;) {
    const view = await on.ledger.view(permit.incident);
    if (!view) throw new TypeError(`there is no incident ${permit.incident}`);
    if (view.story.some((one) => one.type === "outcome" && one.intent === permit.intent)) return;
    const now = on.clock();
    const entry: Entry = { type: "outcome", intent: permit.intent, effect, says, lookAt: after(now, settle) };
    if ((await on.ledger.append(view, [entry], on.by, now)) !== "conflict") return;
  }
}

async function append(view: LedgerView, entries: Some<Entry>, on: Acting): Promise<LedgerView> {
  const next = await on.ledger.append(view, entries, on.by, on.clock());
  if (next === "conflict") throw new Overtaken("the incident moved on");
  return next;
}

/** The table's lookup loses the tie between kind and writer; the roster of writers holds it. */
function writerFor(remedy: Remedy, { writers, capability }: Acting): Writer {
  const writer = writers[remedy.kind] as Writer | undefined;
  if (!writer) throw new TypeError(`${capability} has no hands for ${remedy.kind}`);
  return writer;
}
