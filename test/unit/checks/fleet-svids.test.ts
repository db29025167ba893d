import { describe, expect, it } from "vitest";
import { assess } from "../../../kernel/assess.ts";
import { key } from "../../../kernel/suspend.ts";
import type { Check, Evidence, Fleet, Given, Observed } from "../../../kernel/types/index.ts";
import { fleetMintFailures, svidExpiring, svidOutdated } from "../../../runbook/checks/fleet-svids.ts";
import { agentsReporting, agentsWithSvids, mintsOfAll } from "../../../runbook/queries/prometheus.ts";
import { scenarioOf } from "../../../runbook/scenarios/index.ts";
import { anAlert, anIncident, aPolicy, sha, t0 } from "../../support/incidents.ts";

const seen = (value: unknown): Observed<unknown> => ({ state: "observed", value, at: t0, ref: sha(JSON.stringify(value)) });
const sample = (value: number, labels: object = {}) => ({ labels, value });
const given: Given = { cluster: "prod", policy: aPolicy(), now: t0 };
/** Two versions side by side. */
const agents = [key(agentsReporting(given)), seen([sample(2), sample(1)])] as const;
const of = (check: Check<Fleet>, ...evidence: (readonly [string, Observed<unknown>])[]) =>
  assess(check, { on: "fleet" }, given, new Map(evidence) as Evidence).value;

describe.each([
  ["expiring", svidExpiring],
  ["outdated", svidOutdated],
] as const)("svid.%s", (that, check) => {
  const gauge = key(agentsWithSvids(given, that));
  it("finds them, and says where the most are", () => {
    const finding = of(check, agents, [gauge, seen([sample(2, { pod: "spirl-agent-a" }), sample(5, { pod: "spirl-agent-b" })])]);
    expect(finding).toMatchObject({ is: "faulty", says: expect.stringContaining("2 of 3 agents"), see: "server-connectivity" });
    expect(finding.says).toContain("spirl-agent-b");
  });
  it("gives a command in which no label of Prometheus stands that is no name: for a shell or as an option", () => {
    const step = (labels: object) => of(check, agents, [gauge, seen([sample(2, labels)])]);
    for (const labels of [{ pod: "$(id); x" }, { pod: "--kubeconfig=/tmp/x" }, {}])
      expect(step(labels)).toMatchObject({ manual: expect.stringMatching(/ logs daemonset\/[a-z-]+ --since=15m; /) });
    expect(step({ pod: "spirl-agent-a" })).toMatchObject({ manual: expect.stringContaining(" logs spirl-agent-a --since") });
  });
  it("is quiet where agents report and none has any", () => expect(of(check, agents, [gauge, seen([])]).is).toBe("healthy"));
  it("does not take silent agents for healthy ones", () =>
    expect(of(check, [key(agentsReporting(given)), seen([])], [gauge, seen([])]).is).toBe("unknown"));
  it("is unknown without Prometheus", () =>
    expect(of(check, [key(agentsReporting(given)), { state: "unavailable", reason: "503", at: t0 }])).toMatchObject({
      is: "unknown",
      says: "503",
    }));
});

describe("fleet.mint-failures", () => {
  const mints = (ok: number, failed: number, window = 300) =>
    [
      key(mintsOfAll(given, window)),
      seen([
        sample(ok, { svid_type: "x509", status_code: "ok" }),
        sample(failed, { svid_type: "x509", status_code: "signer_mint_failed" }),
      ]),
    ] as const;
  it("finds a share above the baseline", () =>
    expect(of(fleetMintFailures, agents, mints(90, 10))).toMatchObject({ is: "faulty", see: "server-connectivity" }));
  it("is quiet below it", () => expect(of(fleetMintFailures, agents, mints(1000, 1)).is).toBe("healthy"));
  it("agents that minted nothing lately are idle where the last day had mints; else nothing is known", () => {
    const quiet = mints(0, 0);
    expect(of(fleetMintFailures, agents, quiet, mints(40, 1, 86_400))).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("minted nothing in 5 minutes, and 40 times in the last 24 h"),
    });
    expect(of(fleetMintFailures, agents, quiet, mints(0, 7, 86_400))).toMatchObject({
      is: "unknown",
      says: expect.stringContaining("tried 7 times without success"),
    });
    expect(of(fleetMintFailures, agents, quiet, mints(0, 0, 86_400)).is).toBe("unknown");
  });
  it("is unknown where no agent reports", () =>
    expect(of(fleetMintFailures, [key(agentsReporting(given)), seen([])], mints(90, 10)).is).toBe("unknown"));
});

describe("an alert about an agent", () => {
  const about = (scope: string) =>
    anIncident({
      alerts: [anAlert({ labels: { scope } })],
      scope: { of: "owner", namespace: "spirl-system", kind: "Pod", name: "spirl-agent-a" },
    });
  it("is not looked at as a workload that lacks an identity", () => {
    expect(scenarioOf(about("agent")).chain.map(({ id }) => id)).toContain("svid.outdated");
    expect(scenarioOf(about("owner")).chain.map(({ id }) => id)).toContain("svid.webhook-present");
  });
});
