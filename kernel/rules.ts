import type { Pass } from "./collect.ts";
import { diagnose } from "./diagnose.ts";
import type {
  Alert,
  Check,
  Diagnosis,
  Evidence,
  Given,
  Guard,
  Incident,
  KnownRemedies,
  Policy,
  Query,
  Read,
  Remedies,
  Remedy,
  Scenario,
  ScenarioId,
  Some,
  Subject,
} from "./types/index.ts";

/** A scenario whose subjects are its own affair: it can be run, but not with another's subjects. */
export interface Runnable {
  readonly id: ScenarioId;
  readonly section: string;
  readonly title: string;
  readonly chain: Some<Check>;
  diagnose(incident: Incident, round: number, given: Given, evidence: Evidence): Pass<Diagnosis>;
}

export const runnable = <S extends Subject>({ id, section, title, chain, subjects }: Scenario<S>): Runnable => ({
  id,
  section,
  title,
  chain,
  diagnose: (incident, round, given, evidence) => diagnose({ id, section, title, chain, subjects }, incident, round, given, evidence),
});

/** The knowledge as far as one decides by it, and tells people: nothing here looks at anything. */
export interface DecisionRules {
  readonly guards: Some<Guard>;
  readonly remedies: KnownRemedies;
  /** Which chain this incident is looked at by. */
  scenarioOf(incident: Incident): Pick<Runnable, "id">;
}
/** All of it, for who looks: `runbook/` fills it in. */
export interface Rules extends DecisionRules {
  readonly remedies: Remedies;
  /** The chain for this incident: by scenario, and by what its scope can be looked at as. */
  scenarioOf(incident: Incident): Runnable;
  /** What a diagnosis of the incident lacks that will be asked for in any case: fetched with its first reads, it costs no time. */
  soon(incident: Incident, firing: readonly Alert[], policy: Policy, evidence: Evidence): readonly Query<unknown>[];
  /** The remedy with its target's newest resourceVersion; throws where the target is gone or another one. */
  refresh(remedy: Remedy, read: Read): Remedy;
  /** The answer to a query of source `derived`, by its text. */
  derive(text: string, read: Read, given: Given): unknown;
}
