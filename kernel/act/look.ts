import { bounds, collect } from "../collect.ts";
import { isUndoable } from "../decide/undo.ts";
import { judge } from "../judge.ts";
import { planOf, proposed, ruleOf } from "../plan.ts";
import { type Progress, progress, type Recorded } from "../progress.ts";
import { run } from "../suspend.ts";
import type { Basis, Evidence, LedgerView, Remedy, Situation, Verdict } from "../types/index.ts";
import { type Acting, Overtaken } from "./acting.ts";
import { keep } from "./preserve.ts";

/** No hands: who looks cannot write. */
type Looking = Pick<Acting, "world" | "archive" | "rules" | "policy" | "clock">;

/** What was seen right before the write, and what the guards say to it. */
export interface Look {
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** What is to be written: what the diagnosis of this moment proposes, on the target's newest version. Undefined where it is the plan no more. */
  readonly remedy?: Remedy;
  /** Why there is none. */
  readonly gone: string;
}

/**
 * The chain, all guards and the target again, over reads of this moment: what proposed the remedy must propose it still, and it is that
 * proposal which is written. An undo answers to the diagnosis that led to its write; the world has changed since, by us; and it is told anew
 * from that write, whatever was decided. What was read is archived.
 */
export async function lookOnceMore(decision: Recorded<"decided">, view: LedgerView, on: Looking): Promise<Look> {
  const { rules, policy, world, archive } = on;
  const { remedy, plan } = decision;
  const at = progress(view.story);
  const undoing = decision.undoes !== undefined;
  const before = at.lastDiagnosis?.diagnosis;
  if (!before || !(at.diagnosis || undoing)) throw new Overtaken("the diagnosis is void");
  const scenario = rules.scenarioOf(at.incident);
  const now = on.clock();
  const given = { cluster: at.incident.cluster, policy, now };
  const pass = (evidence: Evidence) => {
    const again = undoing ? { value: before, wants: [] } : scenario.diagnose(at.incident, before.round, given, evidence);
    const still = undoing ? takenBack(decision, at, rules) : proposed(again.value, remedy);
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
    const target = run((read) => rules.refresh(still ?? remedy, read), evidence);
    const early = undoing ? [] : rules.soon(at.incident, at.firing, policy, evidence);
    const wants = [...early, ...again.wants, ...judged.wants, ...(target.did === "miss" ? target.queries : [])];
    return { value: { verdict: judged.value, still, target }, wants };
  };
  const { value, evidence } = await collect(pass, world, bounds, (text, read) => rules.derive(text, read, given));
  const basis = { now, policy: policy.version, evidence: await keep(evidence, archive), cluster: view.cluster, stops: view.stops };
  const seen = { verdict: value.verdict, basis };
  if (!value.still)
    return { ...seen, gone: undoing ? "it takes back no write of this incident that failed" : "what is found now proposes something else" };
  switch (value.target.did) {
    case "finish":
      return { ...seen, remedy: value.target.value, gone: "" };
    case "fail":
      return { ...seen, gone: value.target.reason };
    case "miss":
      return { ...seen, gone: "the target could not be read" };
  }
}

/** What takes the write back that the decision names; undefined where that is no failed one of ours, or is taken back otherwise. */
function takenBack({ undoes, plan }: Recorded<"decided">, { attempts }: Progress, rules: Looking["rules"]): Remedy | undefined {
  const failed = attempts.find(({ intent, concluded }) => intent.hash === undoes && concluded?.proof === "failed");
  if (!failed || !isUndoable(failed, { rules })) return undefined;
  const { undo } = ruleOf(rules.remedies, failed.intent.remedy.kind);
  const back = typeof undo === "function" ? undo(failed.intent.remedy) : undefined;
  return back && planOf(back) === plan ? back : undefined;
}
