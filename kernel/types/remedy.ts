import type { Some, Uid } from "./basics.ts";
import type { Query } from "./evidence.ts";
import type { Check, Given } from "./finding.ts";
import type { OwnerKind } from "./incident.ts";
import type { Mode } from "./policy.ts";
import type { Successor } from "./subject.ts";

/** One live object, by uid. `resourceVersion` is the one that was read last; `generation` moves only when the spec does. */
export interface Target<K extends string> {
  readonly cluster: string;
  readonly kind: K;
  readonly namespace: string;
  readonly name: string;
  readonly uid: Uid;
  readonly resourceVersion: string;
  readonly generation?: number;
}
/** A label to set (`to`) or remove (`null`), and what it was before: the undo swaps the two. */
export interface LabelChange {
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}
export interface OwnerRef {
  readonly kind: OwnerKind;
  readonly name: string;
  readonly uid: Uid;
}
export type TemplateOwner = "Deployment" | "StatefulSet" | "DaemonSet";

/** One row a kind: who does it, on what, with which parameters, and whether it can be undone. They cannot disagree with the kind. */
export interface Changes {
  /** `node`: where the pod ran, for a DaemonSet makes its pod again on the same. */
  "evict-pod": { by: "EvictWorkload"; target: Target<"Pod">; owner: OwnerRef; node?: string; undo: false };
  "rollout-restart": { by: "RolloutWorkload"; target: Target<"Deployment">; undo: false };
  "label-pod-template": { by: "RolloutWorkload"; target: Target<TemplateOwner>; set: LabelChange; undo: true };
  "label-namespace": { by: "LabelNamespace"; target: Target<"Namespace">; set: LabelChange; undo: true };
}
export type Kind = keyof Changes;
export type Capability = Changes[Kind]["by"];
export type Remedy<K extends Kind = Kind> = {
  [P in K]: { readonly kind: P; readonly why: string } & Readonly<Omit<Changes[P], "by" | "undo">>;
}[K];

/** A permission in Kubernetes' words: what a role for the capability must grant, no more. */
export interface Verb {
  readonly group: string;
  readonly resource: string;
  readonly verb: "get" | "list" | "create" | "patch";
}

/** What is read and archived before a write. */
export interface Preserving {
  /** What the write destroys. That there is none of it (a pod that never started has no log) is an answer; where one cannot be read, nothing is written. */
  readonly must: Some<Query<unknown>>;
  /** What explains the write later: where one cannot be read, the record names it, and the write goes on. */
  readonly may: readonly Query<unknown>[];
}

/** What is known of a kind, beside its change and how it is proved: enough to decide about it, and to tell people of it. */
export interface RemedyFacts<K extends Kind> {
  readonly by: Changes[K]["by"];
  readonly title: string;
  /** As shipped; the policy can only lower it. */
  readonly ceiling: Mode;
  readonly verbs: Some<Verb>;
  /** Read and archived before the write. */
  readonly preserve: (remedy: Remedy<K>, given: Given) => Preserving;
  /** Seconds from the write to the first look, between looks, and until the last one. */
  readonly settleSeconds: number;
  readonly proveWithinSeconds: number;
  /** How many good looks in a row are a proof. */
  readonly looks: number;
  readonly undo: Changes[K]["undo"] extends true ? (done: Remedy<K>) => Remedy<K> : "cannot be undone";
  /** The command with which a person does the same. */
  readonly command: (remedy: Remedy<K>) => string;
}
/** By which checks a kind is proved. */
export interface Proving {
  /** Run on the target's successor, over a window that begins at the write. */
  readonly proof: Some<Check<Successor>>;
  /** Proof that an idle successor may owe for longer than the window: missing at the end it makes `repaired-unproved`, not a failure. */
  readonly owed: readonly Check<Successor>[];
}
export type RemedyRule<K extends Kind> = RemedyFacts<K> & Proving;
/** Facts, or a rule, of any kind, for code that has the kind only as a value. */
export type AnyFacts = Omit<RemedyFacts<Kind>, "undo"> & { readonly undo: ((done: Remedy) => Remedy) | "cannot be undone" };
export type AnyRule = AnyFacts & Proving;
/** The rosters: a kind that is missing does not compile. */
export type KnownRemedies = { readonly [K in Kind]: RemedyFacts<K> };
export type Remedies = { readonly [K in Kind]: RemedyRule<K> };

/** What one write came to. `not-applied` comes only from reconciling: one fresh permit may follow. */
export type Effect = "applied" | "already-so" | "refused" | "not-found" | "not-applied";
export interface Done {
  readonly effect: Effect;
  readonly says: string;
}
