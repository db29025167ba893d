import type { Pass } from "./collect.ts";
import { progress } from "./progress.ts";
import { run } from "./suspend.ts";
import type { Evidence, Guard, Query, Reason, Ruling, Situation, Some, Verdict } from "./types/index.ts";
import { some } from "./types/index.ts";

/**
 * Asks every guard, and reports every reason: who reads a denial should not find the next one only after lifting the first.
 * What a guard asks for is given when a person has answered this very plan. A guard that throws, or whose evidence cannot be had, denies.
 */
export function judge(guards: Some<Guard>, situation: Situation, evidence: Evidence): Pass<Verdict> {
  const approved = progress(situation.ledger.story).answers.get(situation.plan)?.yes === true;
  const passed: string[] = [];
  const reasons: Reason[] = [];
  const wants: Query<unknown>[] = [];
  for (const guard of guards) {
    const ran = run((read) => guard.rule(situation, read), evidence);
    if (ran.did === "miss") wants.push(...ran.queries);
    const ruling: Ruling =
      ran.did === "finish"
        ? ran.value
        : { rule: "deny", says: ran.did === "fail" ? `cannot tell: ${ran.reason}` : "cannot tell: not read yet", untold: true };
    if (ruling.rule === "allow" || (ruling.rule === "ask" && approved)) passed.push(guard.id);
    else reasons.push({ ...ruling, guard: guard.id });
  }
  return { value: sum(passed, reasons), wants };
}

function sum(passed: readonly string[], reasons: readonly Reason[]): Verdict {
  const against = some(reasons);
  const by = some(passed);
  if (against) return { verdict: reasons.some((reason) => reason.rule === "deny") ? "deny" : "ask", reasons: against, passed };
  if (by) return { verdict: "allow", passed: by };
  return { verdict: "deny", reasons: [{ guard: "roster", rule: "deny", says: "no guard was asked" }], passed: [] };
}
