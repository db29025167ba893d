import { contract as answer, askContract as ask } from "../../lambdas/answer/contract.ts";
import { contract as audit } from "../../lambdas/audit/contract.ts";
import { contract as authorize } from "../../lambdas/authorize/contract.ts";
import { contract as decide } from "../../lambdas/decide/contract.ts";
import { contract as diagnose } from "../../lambdas/diagnose/contract.ts";
import { contract as escalate } from "../../lambdas/escalate/contract.ts";
import { contract as ingest } from "../../lambdas/ingest/contract.ts";
import { contract as patrol } from "../../lambdas/patrol/contract.ts";
import { contract as remediate } from "../../lambdas/remediate/contract.ts";
import { contract as sweep } from "../../lambdas/sweep/contract.ts";
import { patrolMinutes, sweepMinutes } from "../../lib/schedules.ts";
import { assumed } from "./assumptions.ts";
import { costOf, type Priced } from "./prices.ts";
import type { Round, Spent, Trace, Traces } from "./trace.ts";

/** How much of something, by what it is priced as. */
export type Amounts = Readonly<Partial<Record<Priced, number>>>;

/** By the names that traces have; every kind of hands has the writers' contract and bundle. */
const deployed: Readonly<Record<string, { readonly memoryMiB: number; readonly folder: string }>> = {
  Authorize: { ...authorize, folder: "authorize" },
  Ingest: { ...ingest, folder: "ingest" },
  Decide: { ...decide, folder: "decide" },
  Diagnose: { ...diagnose, folder: "diagnose" },
  Escalate: { ...escalate, folder: "escalate" },
  Answer: { ...answer, folder: "answer" },
  Ask: { ...ask, folder: "answer" },
  Audit: { ...audit, folder: "audit" },
  Sweep: { ...sweep, folder: "sweep" },
  Patrol: { ...patrol, folder: "patrol" },
};
export const functionOf = (name: string): { readonly memoryMiB: number; readonly folder: string } =>
  deployed[name] ?? { ...remediate, folder: "remediate" };

/** What its calls would be billed as: what they took here, and what AWS and the network add to each request. */
export const billedMs = ({ calls, ms, ledger, archive, world }: Readonly<Spent>): number =>
  Math.max(calls, ms + ledger * assumed.ledgerMs + archive * assumed.archiveMs + Math.ceil(world / assumed.worldAtOnce) * assumed.worldMs);

export const gbSeconds = (ms: number, memoryMiB: number): number => (ms / 1000) * (memoryMiB / 1024);

/** Each function starts cold once, for incidents are rare: Lambda bills that too. */
export const coldMs = (name: string, { cold }: Traces): number => cold[functionOf(name).folder] ?? 0;

export function amountsOf(trace: Trace, traces: Traces): Amounts {
  const functions = Object.entries(trace.functions);
  const calls = functions.reduce((sum, [, spent]) => sum + spent.calls, 0);
  const seconds = functions.map(([name, spent]) => gbSeconds(billedMs(spent) + coldMs(name, traces), functionOf(name).memoryMiB));
  const { transitions, readUnits, writeUnits, puts, gets, requests, messages, logLines, logBytes, auditLines, auditBytes, series } = trace;
  const { bytesPerLine, bytesPerCall, bytesPerEvent, keyRequestsPerObject, keyRequestsPerMessage } = assumed;
  return {
    ...{ transitions, calls, gbSeconds: seconds.reduce((a, b) => a + b, 0), writeUnits, readUnits, puts, gets, requests, messages },
    keyRequests: (puts + gets) * keyRequestsPerObject + messages * keyRequestsPerMessage,
    secretRequests: trace.functions.Authorize?.calls ?? 0,
    logBytes: logBytes + auditBytes + auditLines * bytesPerEvent + logLines * bytesPerLine + calls * bytesPerCall,
    traces: calls,
    // They are paid for by the hour in which there is a value.
    metricHours: series,
  };
}

/** Of what stands there whether anything happens or not. */
export interface Standing {
  readonly keys: number;
  readonly secrets: number;
  readonly alarms: number;
  readonly dashboards: number;
}

/** How often each of what runs by itself does so in a month: of a patrol there is one for each cluster. */
export const roundsOf = ({ sweep, patrol }: Traces): readonly { readonly name: string; readonly times: number; readonly each: Round }[] => {
  const minutes = assumed.daysPerMonth * 24 * 60;
  return [
    { name: "Sweep", times: minutes / sweepMinutes, each: sweep },
    { name: "Patrol", times: minutes / patrolMinutes, each: patrol },
  ];
};

/** A month in which nothing happens, with one cluster: what runs by itself, and what stands there. */
export function idleAmounts(traces: Traces, standing: Standing): Amounts {
  const rounds = roundsOf(traces);
  const sum = (of: (name: string, each: Round) => number) => rounds.reduce((all, { name, times, each }) => all + times * of(name, each), 0);
  return {
    calls: sum(() => 1),
    gbSeconds: sum((name, each) => gbSeconds(billedMs(each), functionOf(name).memoryMiB)),
    readUnits: sum((_, { readUnits }) => readUnits),
    logBytes: sum((_, { logBytes, logLines }) => logBytes + logLines * assumed.bytesPerLine + assumed.bytesPerCall),
    traces: sum(() => 1),
    schedules: sum(() => 1),
    metricHours: rounds.reduce((all, { each }) => all + each.series, 0) * assumed.daysPerMonth * 24,
    ...standing,
  };
}

export const total = (amounts: Amounts): number =>
  (Object.entries(amounts) as [Priced, number][]).reduce((sum, [what, amount]) => sum + costOf(what, amount), 0);
