import { until } from "../../test/cluster/parts/process.ts";
import { space } from "./owners.ts";
import { clusterName } from "./setting.ts";

interface Shown {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: { readonly state: string };
}

/** Has Alertmanager hold the alert about a Deployment, active, as our guards will ask; gives the webhook's body, as Alertmanager would send it. */
export async function raise(alertmanagerUrl: string, workload: string): Promise<string> {
  const labels = {
    alertname: "SpirlWorkloadNotInjected",
    cluster: clusterName,
    scenario: "workloads-not-receiving-svids",
    scope: "owner",
    severity: "warning",
    namespace: space,
    workload_kind: "Deployment",
    workload,
  };
  const alerts = `${alertmanagerUrl}/api/v2/alerts`;
  const headers = { "content-type": "application/json" };
  const posted = await fetch(alerts, { method: "POST", headers, body: JSON.stringify([{ labels }]) });
  if (!posted.ok) throw new Error(`Alertmanager did not take the alert: ${posted.status}`);
  let shown: Shown | undefined;
  await until("the alert is active in Alertmanager", 10, async () => {
    const all = (await (await fetch(alerts)).json()) as readonly Shown[];
    shown = all.find((one) => one.labels.workload === workload && one.status.state === "active");
    return shown !== undefined;
  });
  return JSON.stringify({ version: "4", status: "firing", receiver: "remediator", alerts: [{ ...shown, status: "firing" }] });
}
