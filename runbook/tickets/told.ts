import type { Progress } from "../../kernel/progress.ts";
import { run } from "../../kernel/suspend.ts";
import type { Evidence, Query, Reason } from "../../kernel/types/index.ts";

/** What people are told about: the diagnosis, and what was decided on it. */
export const lastOf = ({ diagnosis, decision }: Progress) => ({ diagnosis: diagnosis?.diagnosis, decision });

/** What speaks against the remedy that was decided about, each by its guard. */
export function refusalsOf(progress: Progress): readonly Reason[] {
  const { decision } = lastOf(progress);
  return decision && decision.verdict.verdict !== "allow" ? decision.verdict.reasons : [];
}

/** What the evidence has of it; undefined where nobody asked, or nobody could answer. */
export function known<T>(query: Query<T>, evidence: Evidence): T | undefined {
  const ran = run((read) => read(query), evidence);
  return ran.did === "finish" ? ran.value : undefined;
}
