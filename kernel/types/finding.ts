import type { Instant, Sha256, Some } from "./basics.ts";
import type { Read } from "./evidence.ts";
import type { Incident, ScenarioId } from "./incident.ts";
import type { Policy } from "./policy.ts";
import type { Remedy } from "./remedy.ts";
import type { Subject } from "./subject.ts";

/** A check's answer. Only a fault can carry remedies, a step for people (`manual`), or a "see scenario ...". */
export type Answer =
  | { readonly is: "healthy"; readonly says: string }
  | {
      readonly is: "faulty";
      readonly says: string;
      readonly remedies?: Some<Remedy>;
      /** What a person would do where nothing may be written: the exact command or the named step. */
      readonly manual?: string;
      readonly see?: ScenarioId;
    }
  | { readonly is: "unknown"; readonly says: string }
  | { readonly is: "not-applicable"; readonly says: string };

/** An answer with its check (and that it is a side check, if it is one), its subject and what was read for it. A healthy or faulty one has read something. */
export type Finding = {
  [A in Answer as A["is"]]: A & { readonly check: string; readonly subject: Subject; readonly role?: "side" } & (A["is"] extends
      | "healthy"
      | "faulty"
      ? { readonly evidence: Some<Sha256> }
      : { readonly evidence: readonly Sha256[] });
}[Answer["is"]];
export type Found<I extends Finding["is"]> = Extract<Finding, { is: I }>;

/** What a check may know besides what it reads. */
export interface Given {
  readonly cluster: string;
  readonly policy: Policy;
  readonly now: Instant;
}

/** `never`: a list may hold checks of any subject, but none of it can be run on the wrong kind. */
export interface Check<S extends Subject = never> {
  /** As in the coverage table. */
  readonly id: string;
  /** Where the runbook says so. */
  readonly section: string;
  readonly asks: string;
  /** A side check informs the ticket; only a link of the chain can be the cause, and only where no link before it is unknown. */
  readonly role?: "link" | "side";
  readonly assess: (subject: S, read: Read, given: Given) => Answer;
}

/** What a chain is run on; and, in words, what it would be about as well and is not run on: then nothing is said of the whole. */
export interface Subjects<S extends Subject = never> {
  readonly chosen: Some<S>;
  readonly leftOut?: string;
}

export interface Scenario<S extends Subject = never> {
  readonly id: ScenarioId;
  readonly section: string;
  readonly title: string;
  /** What the chain is run on. None is not "all": a scope without a subject is read as a whole, and never written to. */
  readonly subjects: (incident: Incident, read: Read, given: Given) => Subjects<S>;
  readonly chain: Some<Check<S>>;
}

/** The findings of one round. Without a cause there is nothing to remedy. */
export type Diagnosis = { readonly round: number; readonly findings: Some<Finding> } & (
  | { readonly cause: Found<"faulty">; readonly remedies: readonly Remedy[] }
  | { readonly cause: undefined; readonly remedies: readonly [] }
);
