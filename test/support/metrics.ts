import type { Query } from "../../kernel/types/index.ts";
import { agentReports, lateSvidsOf, mintsOf } from "../../runbook/queries/prometheus.ts";
import { given } from "./evidence.ts";

export type Mints = readonly (readonly [type: string, code: string, count: number])[];
const samples = (mints: Mints) => mints.map(([svid_type, status_code, value]) => ({ labels: { svid_type, status_code }, value }));

/** Answers about one agent pod: that it reports, and its mints of five minutes as `[svid_type, status_code, count]`. */
export function agentMetrics(
  pod = "spirl-agent-node-1",
  mints: Mints = [["x509", "ok", 600]],
): readonly (readonly [Query<unknown>, unknown])[] {
  return [
    [agentReports(given(), pod), [{ labels: {}, value: 1 }]],
    [mintsOf(given(), pod, 300), samples(mints)],
  ];
}

export interface Idle {
  readonly pod?: string;
  /** How far back is asked: the age of the workload's pod, a day at most. */
  readonly window?: number;
  /** Of the window; in the last five minutes there was none. */
  readonly mints?: Mints;
  readonly expiring?: number;
  readonly outdated?: number;
}
/** Answers about an agent that reports and has minted nothing lately. */
export function idleAgent({
  pod = "spirl-agent-node-1",
  window = 86_400,
  mints = [["x509", "ok", 12]],
  expiring = 0,
  outdated = 0,
}: Idle = {}): readonly (readonly [Query<unknown>, unknown])[] {
  const above = (value: number) => (value > 0 ? [{ labels: { svid_type: "x509" }, value }] : []);
  return [
    ...agentMetrics(pod, []),
    [mintsOf(given(), pod, window), samples(mints)],
    [lateSvidsOf(given(), pod, "expiring"), above(expiring)],
    [lateSvidsOf(given(), pod, "outdated"), above(outdated)],
  ];
}
