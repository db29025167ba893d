import type { Installation, Query } from "../../kernel/types/index.ts";
import { instantQuery, labelName, promql, type Sample, seconds } from "./promql.ts";

type PodLabel = Pick<Installation, "podLabel">;

/** Mints of one agent pod in the last seconds, by `svid_type` and `status_code`. Fractions, because Prometheus extrapolates. */
export const mintsOf = ({ podLabel }: PodLabel, pod: string, window: number): Query<readonly Sample[]> =>
  instantQuery(
    promql`sum by (svid_type, status_code) (increase(spirl_agent_mint_svid_total{${labelName(podLabel)}=${pod}}[${seconds(window)}]))`,
  );

/** Mints of all agents in the last seconds, by `svid_type` and `status_code`. */
export const mintsOfAll = (window: number): Query<readonly Sample[]> =>
  instantQuery(promql`sum by (svid_type, status_code) (increase(spirl_agent_mint_svid_total[${seconds(window)}]))`);

/** How many agents report at all: without them, a gauge at zero says nothing. */
export const agentsReporting = (): Query<readonly Sample[]> => instantQuery('count(spirl_application_info{spirl_component="agent"})');

/** Agents with SVIDs past their half-life (`expiring`) or expired (`outdated`) that were not renewed. */
export const agentsWithSvids = (that: "expiring" | "outdated"): Query<readonly Sample[]> => instantQuery(`spirl_agent_svid_${that} > 0`);

/** One sample where this agent reports at all; only then does a missing count mean that nothing happened. */
export const agentReports = ({ podLabel }: PodLabel, pod: string): Query<readonly Sample[]> =>
  instantQuery(promql`count(spirl_application_info{spirl_component="agent", ${labelName(podLabel)}=${pod}})`);

/** Firing alerts by their labels, where no Alertmanager can be asked. */
export const firing = (labels: Readonly<Record<string, string>>): Query<readonly Sample[]> => {
  const matchers = Object.entries(labels).map(([name, value]) => promql`${labelName(name)}=${value}`);
  return instantQuery(`ALERTS{${['alertstate="firing"', ...matchers].join(", ")}}`);
};
