import { settledAfter } from "../../../kernel/permit.ts";
import type { Attempt } from "../../../kernel/progress.ts";
import { after } from "../../../kernel/time.ts";
import type { Instant, Policy, Remedy } from "../../../kernel/types/index.ts";
import { never } from "../../../kernel/types/index.ts";
import { what } from "../../console/tell.ts";
import type { AuditLog, Write } from "./log.ts";

export interface Compared {
  /** What the ledger says and the cluster did not see, or the reverse. */
  readonly differences: readonly string[];
  /** What the log cannot tell, because it does not reach that far. */
  readonly untold: readonly string[];
  /** Intents with their write. */
  readonly matched: number;
}

/**
 * Each write has its intent: the same verb on the same object, between the intent and the time when its answer had to be there. Each intent that
 * was applied has its write. `all`: the intents are all that there are, so that a write without one is a difference.
 */
export function compare(attempts: readonly Attempt[], { writes, covers }: AuditLog, policy: Policy, all: boolean): Compared {
  const left = new Set(writes);
  const differences: string[] = [];
  const untold: string[] = [];
  let matched = 0;
  for (const attempt of attempts.toSorted((a, b) => (a.intent.written < b.intent.written ? -1 : 1))) {
    const window = windowOf(attempt, policy);
    const write = [...left].find((one) => one.at >= window.from && one.at <= window.to && isOf(attempt.intent.remedy, one));
    if (write) left.delete(write);
    if (write) matched += 1;
    const covered = covers !== undefined && covers.from <= attempt.intent.written && covers.to >= (attempt.outcome?.written ?? window.to);
    const says = write ? against(attempt, write) : missing(attempt);
    if (says) (write || covered ? differences : untold).push(says);
  }
  if (all) differences.push(...[...left].map((write) => `${named(write)} has no intent in this ledger`));
  return { differences, untold, matched };
}

const windowOf = ({ intent }: Attempt, policy: Policy): { readonly from: Instant; readonly to: Instant } => ({
  from: after(intent.written, -policy.timing.clockSkewSeconds),
  to: settledAfter(policy, intent.writeBefore),
});

const accepted = ({ code }: Write): boolean => code >= 200 && code < 300;
const titled = ({ intent }: Attempt): string => `${intent.incidentId} record ${intent.seq} (${what(intent.remedy)})`;
const named = ({ verb, resource, namespace, name, at, user, code, auditId }: Write): string =>
  `${at} ${verb} ${resource} ${namespace ? `${namespace}/` : ""}${name} by ${user} (${code}, auditID ${auditId})`;

function against(attempt: Attempt, write: Write): string | undefined {
  const effect = attempt.outcome?.effect;
  if (effect === "applied" && !accepted(write))
    return `${titled(attempt)} is on record as applied, but the API server refused it: ${named(write)}`;
  const denied = effect === "not-applied" || effect === "not-found" || effect === "already-so";
  return denied && accepted(write) ? `${titled(attempt)} is on record as ${effect}, but the API server did it: ${named(write)}` : undefined;
}

const missing = (attempt: Attempt): string | undefined =>
  attempt.outcome?.effect === "applied" ? `${titled(attempt)} is on record as applied, but the audit log has no such write` : undefined;

/** The request that this kind of change is made by. */
function isOf(remedy: Remedy, { verb, resource, namespace, name }: Write): boolean {
  const { target } = remedy;
  if (name !== target.name) return false;
  switch (remedy.kind) {
    case "evict-pod":
      return verb === "create" && resource === "pods/eviction" && namespace === target.namespace;
    case "rollout-restart":
    case "label-pod-template":
      return verb === "patch" && resource === `${target.kind.toLowerCase()}s` && namespace === target.namespace;
    case "label-namespace":
      return verb === "patch" && resource === "namespaces";
    default:
      return never(remedy);
  }
}
