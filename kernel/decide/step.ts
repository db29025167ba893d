import { brief } from "../brief.ts";
import type { DecisionRules } from "../rules.ts";
import type { Basis, Entry, Evidence, Instant, LedgerView, Next, Policy, Reason, Remedy, Result, Sha256, Some } from "../types/index.ts";

/** What the conclusion means for the cluster's guard state. A taken-back change is no success of its kind. */
export interface Concludes {
  readonly remedy: Remedy;
  readonly failed: boolean;
  readonly proved: boolean;
  /** It is to be taken back, and the lease kept for that. */
  readonly undoDue: boolean;
}

/** Either something to put on record, after which one decides again, or where to go. */
export type Step =
  | { readonly do: "append"; readonly entries: Some<Entry>; readonly concludes?: Concludes }
  | { readonly do: "go"; readonly next: Next }
  /** The fault is the fleet's: this incident goes into the one that stands for all. */
  | { readonly do: "fold"; readonly says: string };

export interface Deciding {
  readonly view: LedgerView;
  /** What `evidenceFor` names; empty where it names nothing. */
  readonly evidence: Evidence;
  readonly rules: DecisionRules;
  readonly policy: Policy;
  readonly now: Instant;
  /** The state of the workflow that came to its end just now; none at the beginning of an execution, or where it failed. */
  readonly from?: string;
}

/** Faults of the workflow itself, after which people take over. */
export const faultsBeforeEscalation = 3;

export const go = (next: Next): Step => ({ do: "go", next });
export const append = (...entries: [Entry, ...Entry[]]): Step => ({ do: "append", entries });
export const close = (result: Result, says: string): Step => append({ type: "closed", result, says: said(says) });
export const escalate = (why: string, result: Result = "escalated"): Step => append({ type: "escalating", result, why: said(why) });

/** Of what a step says of itself, in characters. */
const longestText = 8000;
export const said = (text: string): string => brief(text, longestText);

/** What a decision of this moment stands on. */
export const basisOf = ({ view, policy, now }: Deciding, evidence?: Sha256): Basis => ({
  now,
  policy: policy.version,
  ...(evidence ? { evidence } : {}),
  cluster: view.cluster,
  stops: view.stops,
});

/** Waits until then, and goes there. */
export const at = (when: Instant, now: Instant, then: Next): Step => go(now < when ? { to: "Settle", until: when } : then);

export const refusals = (verdict: { readonly reasons?: readonly Reason[] }): string =>
  (verdict.reasons ?? []).map((reason) => `${reason.guard}: ${reason.says}`).join("; ");
