import type { Right } from "../../../../adapters/kubernetes/review.ts";
import type { Installation } from "../../../../kernel/types/index.ts";
import type { Seen, Subject } from "../../../../lambdas/doctor/handler.ts";
import { failed, type Outcome, ok, unknown } from "../check.ts";
import { named } from "../rights.ts";

/** How to mend each, for the caller's way into the cluster. */
export interface Mending {
  readonly api: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}
export interface ClusterCheck {
  readonly id: string;
  readonly of: (seen: Seen) => Outcome;
}

const rbac = "kubectl apply -f ops/generated/rbac.yaml";

export const reached = (mending: Mending): ClusterCheck => ({
  id: "api-server",
  of: ({ found: { api } }) => {
    if (api.state !== "unavailable") return ok("the API server is reached, and takes our credentials");
    // A right that is missing shows in its own line: whoever says 403 knows who we are.
    if (api.reason.includes("our role lacks")) return ok("the API server is reached, and knows who we are");
    return failed(`the API server does not answer us: ${api.reason}`, mending.api);
  },
});

/** Of the rights that were asked about, those that must be there, and those that must not. */
export const allowed = (may: readonly Right[]): ClusterCheck => ({
  id: "may",
  of: (seen) => {
    const own = asked(seen, may);
    const without = own.filter(({ is }) => is === "no");
    if (without.length > 0) return failed(`it may not ${list(without)}`, rbac);
    const open = own.find(({ is }) => typeof is === "object");
    return open && typeof open.is === "object"
      ? unknown(`whether it may do what it needs is not known: ${open.is.unknown}`)
      : ok(`it may do what it needs (${own.length} rights)`);
  },
});

export const refused = (mayNot: readonly Right[]): ClusterCheck => ({
  id: "may-not",
  of: (seen) => {
    const own = asked(seen, mayNot);
    const beyond = own.filter(({ is }) => is === "yes");
    if (beyond.length > 0)
      return failed(
        `it may ${list(beyond)}, which it must not`,
        `see which bindings give that to its group (kubectl get clusterrolebindings,rolebindings -A -o wide | grep remediator), take them away, and ${rbac}`,
      );
    const open = own.find(({ is }) => typeof is === "object");
    return open && typeof open.is === "object"
      ? unknown(`whether it may do more than it should is not known: ${open.is.unknown}`)
      : ok("it may not read secrets, run commands in pods, or do what is others' to do");
  },
});

export const mayWrite = (writes: readonly Right[]): ClusterCheck => ({
  id: "may-write",
  of: (seen) => {
    const without = asked(seen, writes).filter(({ is }) => is !== "yes");
    return ok(without.length === 0 ? "we may make every change that there is" : `we can only look: we may not ${list(without)}`);
  },
});

export const installed = ({ namespace, agent, csi, webhook }: Installation): ClusterCheck => ({
  id: "installation",
  of: ({ found }) => {
    const parts: readonly (readonly [Subject, string, string])[] = [
      ["agent", `DaemonSet ${namespace}/${agent}`, "installation.agent"],
      ["csi", `DaemonSet ${namespace}/${csi}`, "installation.csi"],
      ["webhook", `MutatingWebhookConfiguration ${webhook}`, "installation.webhook"],
    ];
    for (const [subject, what, field] of parts) {
      const one = found[subject];
      if (one.state === "missing")
        return failed(`there is no ${what}`, `set installation.namespace and ${field} in the policy to what is installed, and deploy it`);
      if (one.state === "unavailable") return unknown(`whether there is a ${what} is not known: ${one.reason}`);
    }
    return ok(`SPIRL is installed in ${namespace}: ${agent}, ${csi}, ${webhook}`);
  },
});

export const measured = (mending: Mending): ClusterCheck => ({
  id: "prometheus",
  of: ({ found: { prometheus, metrics } }) => {
    if (prometheus.state === "unavailable") return failed(`Prometheus does not answer us: ${prometheus.reason}`, mending.prometheus);
    if (prometheus.state === "missing")
      return failed("Prometheus answers, and scrapes nothing (no series `up`)", "give it targets: is this the right Prometheus?");
    if (metrics.state === "found") return ok("Prometheus answers, and has the metrics of SPIRL");
    if (metrics.state === "unavailable") return unknown(`whether Prometheus has the metrics of SPIRL is not known: ${metrics.reason}`);
    return failed(
      "Prometheus answers, and has no metrics of SPIRL (no series `spirl_application_info`)",
      "let it scrape the agents: their chart's ServiceMonitor, or PodMonitor, for the namespace of the installation",
    );
  },
});

export const alarmed = (mending: Mending): ClusterCheck => ({
  id: "alertmanager",
  of: ({ found: { alertmanager } }) =>
    alertmanager.state === "unavailable"
      ? failed(`Alertmanager does not answer us: ${alertmanager.reason}`, mending.alertmanager)
      : ok("Alertmanager answers"),
});

function asked({ rights }: Seen, about: readonly Right[]) {
  const wanted = new Set(about.map(named));
  return rights.filter((right) => wanted.has(named(right)));
}

const list = (rights: readonly Right[]): string => rights.map(named).join(", ");
