import type { Instant, Sha256, Some } from "./basics.ts";
import type { Read } from "./evidence.ts";
import type { Diagnosis } from "./finding.ts";
import type { Alert, Incident } from "./incident.ts";
import type { Policy } from "./policy.ts";
import type { LedgerView } from "./records.ts";
import type { Remedy } from "./remedy.ts";

/** One rule's answer. A denial that passes by itself says when (`until`), and so is a wait. */
export type Ruling =
  | { readonly rule: "allow" }
  | { readonly rule: "ask"; readonly says: string }
  /**
   * `fleet`: the fault is not this incident's alone, and belongs into one that stands for all. `untold`: nothing speaks against it, but what would
   * tell could not be had.
   */
  | { readonly rule: "deny"; readonly says: string; readonly until?: Instant; readonly fleet?: true; readonly untold?: true };

/** All that a guard may know besides what it reads. */
export interface Situation {
  readonly incident: Incident;
  /** The firing alerts: those that opened it and those that joined, less the resolved. */
  readonly alerts: readonly Alert[];
  readonly diagnosis: Diagnosis;
  readonly remedy: Remedy;
  /** Digest of kind, owner's uid and parameters: what an approval is bound to. */
  readonly plan: Sha256;
  /** True where this remedy takes back one of our own. */
  readonly undoing: boolean;
  readonly ledger: LedgerView;
  readonly policy: Policy;
  readonly now: Instant;
}
/** Pure, over fresh reads. A read that fails denies, and so does a throw: by the runner. */
export interface Guard {
  readonly id: string;
  readonly asks: string;
  readonly rule: (situation: Situation, read: Read) => Ruling;
}
export type Reason = Exclude<Ruling, { rule: "allow" }> & { readonly guard: string };
/** `passed` names the guards that had nothing against it, so that a record shows that they were asked. */
export type Verdict =
  | { readonly verdict: "allow"; readonly passed: Some<string> }
  | { readonly verdict: "ask" | "deny"; readonly reasons: Some<Reason>; readonly passed: readonly string[] };
