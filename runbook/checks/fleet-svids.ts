import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import { ago } from "../../kernel/time.ts";
import type { Answer, Check, Fleet, Given, Read } from "../../kernel/types/index.ts";
import { isName } from "../queries/names.ts";
import { agentsReporting, agentsWithSvids, type Late, mintsOfAll } from "../queries/prometheus.ts";
import { command } from "../shell.ts";
import { before, judged, longestSeconds, sum, windowSeconds } from "./svid-mint-failures.ts";

const section = "1, Diagnosis (metrics-based)";

/** A gauge that is gone is not a gauge at zero: agents must be known to report before their silence means anything. */
function whereAgentsReport(read: Read, given: Given, then: (agents: number) => Answer): Answer {
  const agents = sum(read(agentsReporting(given)));
  return agents < 1 ? unknown("Prometheus has no metrics of any agent") : then(agents);
}

export const fleetMintFailures: Check<Fleet> = {
  id: "fleet.mint-failures",
  section,
  asks: "Do mints fail over all agents together, and with which code?",
  assess: (_fleet, read, given) =>
    whereAgentsReport(read, given, (agents) => {
      const all = `the ${agents} agents together`;
      const now = judged(read(mintsOfAll(given, windowSeconds)), all, given.policy.limits.minimumRequests);
      if (now) return now;
      const quiet = `${all} minted nothing in ${windowSeconds / 60} minutes`;
      return before(
        read(mintsOfAll(given, longestSeconds)),
        quiet,
        ago(longestSeconds),
        "they are idle; whether SVIDs are late is asked next",
      );
    }),
};

const overdue = (that: Late, means: string): Check<Fleet> => ({
  id: `svid.${that}`,
  section: "1, Are SVIDs expiring or outdated?",
  asks: `Do agents hold SVIDs that are ${means}?`,
  assess: (_fleet, read, given) =>
    whereAgentsReport(read, given, (agents) => {
      const { installation } = given.policy;
      const late = read(agentsWithSvids(given, that));
      const [first] = late.toSorted((a, b) => b.value - a.value);
      if (!first) return healthy(`none of the ${agents} agents that report holds an SVID that is ${means}`);
      const named = first.labels[installation.podLabel];
      return faulty(`${late.length} of ${agents} agents hold SVIDs that are ${means}, the most (${first.value}) ${named ?? "an agent"}`, {
        see: "server-connectivity",
        manual: command`kubectl -n ${installation.namespace} logs ${named && isName(named) ? named : `daemonset/${installation.agent}`} --since=15m; and run the Server Runbook in parallel`,
      });
    }),
});

/** The credential is no longer valid. */
export const svidOutdated = overdue("outdated", "expired");
/** Not renewed a minute past half-life; the agent still tries. */
export const svidExpiring = overdue("expiring", "past their half-life and not renewed");
