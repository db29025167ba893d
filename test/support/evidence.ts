import { assess } from "../../kernel/assess.ts";
import { collect } from "../../kernel/collect.ts";
import { digest } from "../../kernel/digest.ts";
import type { World } from "../../kernel/ports.ts";
import { key } from "../../kernel/suspend.ts";
import type { Check, Evidence, Finding, Given, Observed, Query, Subject } from "../../kernel/types/index.ts";
import { objectsAt } from "./api.ts";
import { aPolicy, t0 } from "./incidents.ts";
import type { Raw } from "./objects.ts";

/** What could not be had, and why. */
export class Missing {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
const observed = (raw: unknown): Observed<unknown> =>
  raw instanceof Missing
    ? { state: "unavailable", reason: raw.reason, at: t0 }
    : { state: "observed", value: raw, at: t0, ref: digest(raw) };

/** Evidence by hand: each query with its raw answer (`null`: not there), or `Missing`. */
export const evidenceOf = (answers: readonly (readonly [query: Query<unknown>, raw: unknown])[]): Evidence =>
  new Map(answers.map(([query, raw]) => [key(query), observed(raw)]));

export const given = (change: Partial<Given> = {}): Given => ({ cluster: "prod", policy: aPolicy(), now: t0, ...change });

export interface Answers {
  /** Objects of the cluster. */
  readonly objects?: readonly Raw[];
  /** Answers that are not the objects': metrics, and what is to be missing. They win. */
  readonly besides?: readonly (readonly [query: Query<unknown>, raw: unknown])[];
}
/** A world that is a list of objects, and some answers by hand. What nobody gave is unavailable. */
export function worldOf({ objects = [], besides = [] }: Answers): World {
  const byHand = evidenceOf(besides);
  return {
    fetch: async (query) =>
      byHand.get(key(query)) ??
      (query.source === "kubernetes"
        ? observed(objectsAt(objects, query.text))
        : observed(new Missing(`no ${query.source} is configured`))),
  };
}

/** One check on one subject in such a world. */
export const finding = async <S extends Subject>(check: Check<S>, subject: S, answers: Answers, knows: Given = given()): Promise<Finding> =>
  (await collect((evidence) => assess(check, subject, knows, evidence), worldOf(answers))).value;
