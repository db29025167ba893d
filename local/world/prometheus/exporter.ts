import type { Cluster } from "../cluster.ts";
import { controllerOf, isActive, isReady } from "../controllers/common.ts";
import { agentName, isInjected, spirlNamespace } from "../controllers/spirl.ts";
import type { Labels, Pod } from "../kubernetes/objects.ts";
import { Counter, Gauge, type Growth, type Metrics, type Series } from "./series.ts";

export const clusterName = "practice";
const svidTypes = ["x509", "jwt"] as const;

/** Labels that Prometheus gives to whatever it scrapes from an agent. */
const targetLabels = ({ metadata, spec }: Pod): Labels => ({
  cluster: clusterName,
  job: agentName,
  namespace: spirlNamespace,
  pod: metadata.name,
  node: spec.nodeName ?? "",
  container: agentName,
});
/** Labels that are on everything an agent reports. */
export const agentLabels = (agent: Pod): Labels => ({
  ...targetLabels(agent),
  spirl_component: "agent",
  spirl_trust_domain: "example.test",
  spirl_trust_domain_deployment: "practice",
  spirl_app_version: "1.0.0",
});

const x509 = { grpc_service: "SpiffeWorkloadAPI", grpc_method: "FetchX509SVID", grpc_type: "server_stream" };
const jwt = { grpc_service: "SpiffeWorkloadAPI", grpc_method: "FetchJWTSVID", grpc_type: "unary" };
const session = { grpc_service: "com.spirl.agent.v1.session.API", grpc_method: "MintSVID", grpc_type: "unary" };
/** Renewals come in rounds, with quiet between them: so a fresh mint can be told from them. */
const renewals = (by: number): Growth => ({ rounds: { everyMs: 120_000, by, firstMs: 80_000 } });
const steady = (perSecond: number): Growth => ({ perSecond });

/** Keeps the series of agents and pods in step with the cluster. */
export class Exporter {
  readonly #metrics: Metrics;
  readonly #ofPod = new Map<string, readonly Series[]>();
  readonly #served = new Set<string>();
  #seen = -1;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  sync(cluster: Cluster): void {
    if (cluster.store.revision === this.#seen) return;
    this.#seen = cluster.store.revision;
    const now = cluster.now();
    const pods = cluster.store.list("Pod");
    for (const pod of pods) this.#keep(infoKey(pod), () => [new Gauge("kube_pod_info", podInfo(pod), now, 1)]);
    const agents = pods.filter((pod) => controllerOf(pod)?.name === agentName && isReady(pod) && isActive(pod));
    for (const agent of agents) this.#keep(agent.metadata.uid, () => reported(agent, now));

    const there = new Set([...pods.map(infoKey), ...agents.map(({ metadata }) => metadata.uid)]);
    for (const [key, series] of this.#ofPod) {
      if (there.has(key)) continue;
      for (const each of series) each.until = now;
      this.#ofPod.delete(key);
    }
    for (const agent of agents) {
      const workloads = pods.filter((pod) => pod.spec.nodeName === agent.spec.nodeName && isInjected(pod) && isReady(pod) && isActive(pod));
      for (const workload of workloads) this.#serve(agent, workload, now);
      const open = this.#metrics.find("spirl_agent_workload_api_connections", { pod: agent.metadata.name });
      if (open instanceof Gauge && open.valueAt(now) !== workloads.length) open.set(workloads.length, now);
    }
    for (const [name, count] of cluster.failedOpen) this.#failedOpen(name, count, now);
  }

  #keep(key: string, make: () => readonly Series[]): void {
    if (this.#ofPod.has(key)) return;
    this.#ofPod.set(
      key,
      make().map((series) => this.#metrics.add(series)),
    );
  }

  /** A workload that can reach the socket is attested, opens its stream, and gets one of each kind. */
  #serve(agent: Pod, workload: Pod, now: number): void {
    const key = `${agent.metadata.uid}/${workload.metadata.uid}`;
    if (this.#served.has(key)) return;
    this.#served.add(key);
    const pod = agent.metadata.name;
    const count = (name: string, labels: Labels = {}) => {
      const found = this.#metrics.find(name, { pod, ...labels });
      if (found instanceof Counter) found.add(1, now);
    };
    for (const svid_type of svidTypes) {
      count("spirl_agent_workload_attestation_total", { svid_type, status_code: "ok" });
      count("spirl_agent_mint_svid_total", { svid_type, status_code: "ok" });
    }
    count("spirl_agent_workload_api_connections_total", { status_code: "ok" });
    count("grpc_server_started_total", x509);
    count("grpc_server_msg_sent_total", x509);
  }

  #failedOpen(name: string, count: number, now: number): void {
    const metric = "apiserver_admission_webhook_fail_open_count";
    const known = this.#metrics.find(metric, { name });
    if (known instanceof Counter) {
      const missing = count - known.valueAt(now);
      if (missing > 0) known.add(missing, now);
    } else this.#metrics.add(new Counter(metric, { cluster: clusterName, job: "apiserver", name, type: "mutating" }, now, {}, count));
  }
}

/** Another node or address is another series. */
const infoKey = ({ metadata, spec, status }: Pod): string => `info/${metadata.uid}/${spec.nodeName}/${status.podIP}`;

function podInfo(pod: Pod): Labels {
  const { metadata, spec, status } = pod;
  const owner = controllerOf(pod);
  const labels = {
    cluster: clusterName,
    job: "kube-state-metrics",
    namespace: metadata.namespace,
    pod: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName,
    pod_ip: status.podIP,
    created_by_kind: owner?.kind,
    created_by_name: owner?.name,
  };
  return Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function reported(agent: Pod, now: number): readonly Series[] {
  const labels = agentLabels(agent);
  const counter = (name: string, growth: Growth, more: Labels = {}) => new Counter(name, { ...labels, ...more }, now, growth);
  const gauge = (name: string, value: number, more: Labels = {}) => new Gauge(name, { ...labels, ...more }, now, value);
  return [
    new Gauge("up", targetLabels(agent), now, 1),
    gauge("spirl_application_info", 1),
    ...svidTypes.flatMap((svid_type) => [
      counter("spirl_agent_mint_svid_total", renewals(20), { svid_type, status_code: "ok" }),
      counter("spirl_agent_workload_attestation_total", renewals(20), { svid_type, status_code: "ok" }),
      counter("spirl_agent_bundle_update_total", steady(0.1), { svid_type, status_code: "ok" }),
      gauge("spirl_agent_svid_expiring", 0, { svid_type }),
      gauge("spirl_agent_svid_outdated", 0, { svid_type }),
    ]),
    counter("spirl_agent_workload_api_connections_total", steady(0), { status_code: "ok" }),
    gauge("spirl_agent_workload_api_connections", 0),
    counter("grpc_server_started_total", steady(0), x509),
    counter("grpc_server_msg_sent_total", renewals(20), x509),
    counter("grpc_server_handled_total", steady(0.05), { ...x509, grpc_code: "Canceled" }),
    counter("grpc_server_started_total", steady(0.5), jwt),
    counter("grpc_server_handled_total", steady(0.5), { ...jwt, grpc_code: "OK" }),
    counter("grpc_client_started_total", steady(0.5), session),
    counter("grpc_client_handled_total", steady(0.5), { ...session, grpc_code: "OK" }),
  ];
}
