import type { Given, Query } from "../../kernel/types/index.ts";
import { instantQuery, promql, type Raw, type Sample, seconds, selector } from "./promql.ts";

/** Whose series are meant: what one Prometheus has of other clusters must not be mixed in. */
type Asking = Pick<Given, "cluster" | "policy">;
type Labels = Readonly<Record<string, string>>;

/** `metric{...}`: of this cluster, by the labels that the policy says its series carry; none, where its Prometheus has only one. */
export const series = (metric: string, { cluster, policy }: Asking, labels: Labels = {}): Raw =>
  selector(metric, { ...(Object.hasOwn(policy.series, cluster) ? policy.series[cluster] : {}), ...labels });

const agentInfo = (asking: Asking, labels: Labels = {}) =>
  series("spirl_application_info", asking, { spirl_component: "agent", ...labels });
/** The series of one agent. */
const ofPod = ({ policy }: Asking, pod: string): Labels => ({ [policy.installation.podLabel]: pod });

/** Mints of one agent pod in the last seconds, by `svid_type` and `status_code`. Fractions, because Prometheus extrapolates. */
export const mintsOf = (asking: Asking, pod: string, window: number): Query<readonly Sample[]> =>
  minted(asking, window, ofPod(asking, pod));

/** Mints of all agents in the last seconds, by `svid_type` and `status_code`. */
export const mintsOfAll = (asking: Asking, window: number): Query<readonly Sample[]> => minted(asking, window);

const minted = (asking: Asking, window: number, labels: Labels = {}): Query<readonly Sample[]> =>
  instantQuery(
    promql`sum by (svid_type, status_code) (increase(${series("spirl_agent_mint_svid_total", asking, labels)}[${seconds(window)}]))`,
  );

/** How many agents report at all, by trust domain and version: without them, a gauge at zero says nothing. */
export const agentsReporting = (asking: Asking): Query<readonly Sample[]> => instantQuery(counted(agentInfo(asking)));

/** One sample where this agent reports at all; only then does a missing count mean that nothing happened. */
export const agentReports = (asking: Asking, pod: string): Query<readonly Sample[]> =>
  instantQuery(counted(agentInfo(asking, ofPod(asking, pod))));

const counted = (info: Raw): string => promql`count by (spirl_trust_domain, spirl_app_version) (${info})`;

/** Agents with SVIDs past their half-life (`expiring`) or expired (`outdated`) that were not renewed. */
export const agentsWithSvids = (asking: Asking, that: Late): Query<readonly Sample[]> =>
  instantQuery(promql`${series(`spirl_agent_svid_${that}`, asking)} > 0`);

/** The same of one agent. */
export const lateSvidsOf = (asking: Asking, pod: string, that: Late): Query<readonly Sample[]> =>
  instantQuery(promql`${series(`spirl_agent_svid_${that}`, asking, ofPod(asking, pod))} > 0`);

export type Late = "expiring" | "outdated";

/** Firing alerts by their labels, where no Alertmanager can be asked. */
export const firing = (labels: Labels, asking: Asking): Query<readonly Sample[]> =>
  instantQuery(series("ALERTS", asking, { alertstate: "firing", ...labels }).raw);
