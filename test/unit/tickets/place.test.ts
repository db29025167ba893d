import { describe, expect, it } from "vitest";
import type { Finding, Subject } from "../../../kernel/types/index.ts";
import { controller, node, pod } from "../../../runbook/queries/kubernetes.ts";
import { agentReports } from "../../../runbook/queries/prometheus.ts";
import { place } from "../../../runbook/tickets/place.ts";
import { evidenceOf, given, Missing } from "../../support/evidence.ts";
import { anAlert, anIncident, aPolicy } from "../../support/incidents.ts";
import { aDaemonSet, aNode, aPod, type Raw } from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const about = (subject: Subject): Finding => ({ is: "unknown", says: "", check: "svid.exists", subject, evidence: [] });
const imaged = (image: string): Raw => aDaemonSet({ spec: { template: { spec: { containers: [{ name: "agent", image }] } } } });
const told = (...answers: Parameters<typeof evidenceOf>[0]) =>
  place(anIncident(), [about(aWorkload())], evidenceOf(answers), aPolicy(), (text) => `‹${text}›`);

describe("the place of a ticket", () => {
  it("is the incident, the cluster and the scope, whatever else is known", () =>
    expect(told()).toEqual([
      `- incident ${anIncident().id}, opened ${anIncident().openedAt}`,
      "- cluster ‹prod›, ‹Deployment payments/checkout›",
    ]));

  it("has the nodes, with their kubelets' versions, where the evidence has them", () => {
    const there = [pod("payments", "checkout-7d4f-x2"), aPod()] as const;
    expect(told(there)).toContain("- nodes ‹node-1›");
    expect(told(there, [node("node-1"), aNode({ status: { nodeInfo: { kubeletVersion: "v1.37.2" } } })])).toContain(
      "- nodes ‹node-1 (kubelet v1.37.2)›",
    );
    expect(told(there, [node("node-1"), new Missing("403")])).toContain("- nodes ‹node-1›");
  });

  it("has trust domain and version by what the agents report, each once", () => {
    const info = (agent: string, version: string) =>
      [agentReports(given(), agent), [{ labels: { spirl_trust_domain: "example.org", spirl_app_version: version }, value: 1 }]] as const;
    const lines = told(info("a", "1.2.0"), info("b", "1.3.0"), info("c", "1.2.0"));
    expect(lines).toContain("- trust domain ‹example.org›");
    expect(lines).toContain("- agents of version ‹1.2.0, 1.3.0›");
  });

  it("has the trust domain by the alert, where only that has it", () => {
    const incident = anIncident({ alerts: [anAlert({ labels: { trust_domain: "example.org" } })] });
    expect(place(incident, [], new Map(), aPolicy(), (text) => text)).toContain("- trust domain example.org");
  });

  it("has the images of agent and driver", () =>
    expect(
      told(
        [controller("DaemonSet", "spirl-system", "spirl-agent"), imaged("spirl-agent:1.2.0")],
        [controller("DaemonSet", "spirl-system", "spiffe-csi-driver"), imaged("csi:0.2.12")],
      ),
    ).toContain("- images ‹csi:0.2.12, spirl-agent:1.2.0›"));
});
