import { digest } from "./digest.ts";
import { own } from "./own.ts";
import {
  type AnyFacts,
  type AnyRule,
  type Diagnosis,
  type Incident,
  type Kind,
  type KnownRemedies,
  type Mode,
  modes,
  type Policy,
  type Remedies,
  type Remedy,
  type Sha256,
  type Uid,
} from "./types/index.ts";

/** The uid that outlives the write: the owner's for a pod, else the target's own. */
export const lastingUid = (remedy: Remedy): Uid => (remedy.kind === "evict-pod" ? remedy.owner.uid : remedy.target.uid);

const parameters = (remedy: Remedy) => ("set" in remedy ? remedy.set : null);

/** What an approval is bound to: kind, owner's uid and parameters; not the one pod, whose successor is covered too. */
export const planOf = (remedy: Remedy): Sha256 =>
  digest({ kind: remedy.kind, cluster: remedy.target.cluster, uid: lastingUid(remedy), set: parameters(remedy) });

/** What is not tried twice: this kind on this very object. */
export const attemptOf = (remedy: Remedy): Sha256 => digest({ kind: remedy.kind, uid: remedy.target.uid, set: parameters(remedy) });

/** The remedy of a diagnosis that is this very plan on this very object, as it is proposed there; undefined where there is none. */
export const proposed = ({ remedies }: Diagnosis, remedy: Remedy): Remedy | undefined =>
  remedies.find((one) => planOf(one) === planOf(remedy) && attemptOf(one) === attemptOf(remedy));

/** What cools down after a write. */
export const coolingKey = (remedy: Remedy): string => `${remedy.kind}:${lastingUid(remedy)}`;

/** A table lookup by kind loses the tie between the remedy and its rule; this is the one place that restores it. */
export function ruleOf(remedies: Remedies, kind: Kind): AnyRule;
export function ruleOf(remedies: KnownRemedies, kind: Kind): AnyFacts;
export function ruleOf(remedies: KnownRemedies, kind: Kind): AnyFacts {
  return remedies[kind] as AnyFacts;
}

export const lowest = (...of: readonly [Mode, ...Mode[]]): Mode => of.reduce((a, b) => (modes.indexOf(a) <= modes.indexOf(b) ? a : b));

/** How far diagnosis itself may lead here: the lowest of the cluster's and the scenario's mode. */
export const scenarioMode = (policy: Policy, { cluster, scenario }: Pick<Incident, "cluster" | "scenario">): Mode =>
  lowest(own(policy.mode.clusters, cluster) ?? policy.mode.default, own(policy.mode.scenarios, scenario) ?? "auto");

/** The mode of one remedy: never above its shipped ceiling. */
export const remedyMode = (policy: Policy, incident: Pick<Incident, "cluster" | "scenario">, kind: Kind, remedies: KnownRemedies): Mode =>
  lowest(scenarioMode(policy, incident), own(policy.mode.remedies, kind) ?? "auto", ruleOf(remedies, kind).ceiling);
