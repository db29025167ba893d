import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, Fleet, Read } from "../../kernel/types/index.ts";
import { agentsReporting, agentsWithSvids, mintsOfAll } from "../queries/prometheus.ts";
import { judged } from "./svid-mint-failures.ts";

const windowSeconds = 300;
const section = "1, Diagnosis (metrics-based)";

/** A gauge that is gone is not a gauge at zero: agents must be known to report before their silence means anything. */
function whereAgentsReport(read: Read, then: (agents: number) => Answer): Answer {
  const agents = read(agentsReporting())[0]?.value ?? 0;
  return agents < 1 ? unknown("Prometheus has no metrics of any agent") : then(agents);
}

export const fleetMintFailures: Check<Fleet> = {
  id: "fleet.mint-failures",
  section,
  asks: "Do mints fail over all agents together, and with which code?",
  assess: (_fleet, read, { policy: { limits } }) =>
    whereAgentsReport(read, (agents) => judged(read(mintsOfAll(windowSeconds)), `the ${agents} agents together`, limits.minimumRequests)),
};

const overdue = (that: "expiring" | "outdated", means: string): Check<Fleet> => ({
  id: `svid.${that}`,
  section: "1, Are SVIDs expiring or outdated?",
  asks: `Do agents hold SVIDs that are ${means}?`,
  assess: (_fleet, read, { policy: { installation } }) =>
    whereAgentsReport(read, (agents) => {
      const late = read(agentsWithSvids(that));
      const [first] = late.toSorted((a, b) => b.value - a.value);
      if (!first) return healthy(`none of the ${agents} agents that report holds an SVID that is ${means}`);
      const named = first.labels[installation.podLabel] ?? "an agent";
      return faulty(`${late.length} of ${agents} agents hold SVIDs that are ${means}, the most (${first.value}) ${named}`, {
        see: "server-connectivity",
        manual: `kubectl -n ${installation.namespace} logs ${named} --since=15m; and run the Server Runbook in parallel`,
      });
    }),
});

/** The credential is no longer valid. */
export const svidOutdated = overdue("outdated", "expired");
/** Not renewed a minute past half-life; the agent still tries. */
export const svidExpiring = overdue("expiring", "past their half-life and not renewed");
