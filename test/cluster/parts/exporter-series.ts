/** Labels of one series. */
export type Labels = Readonly<Record<string, string>>;

/** A series that every agent reports: a gauge stands at `value`, a counter grows by `perSecond`. */
export interface Series {
  readonly metric: string;
  readonly labels: Labels;
  readonly value?: number;
  readonly perSecond?: number;
}

const gauge = (metric: string, value: number, labels: Labels = {}): Series => ({ metric, labels, value });
const counter = (metric: string, perSecond: number, labels: Labels = {}): Series => ({ metric, labels, perSecond });
const kinds = ["x509", "jwt"];
const x509 = { grpc_service: "SpiffeWorkloadAPI", grpc_method: "FetchX509SVID", grpc_type: "server_stream" };
const jwt = { grpc_service: "SpiffeWorkloadAPI", grpc_method: "FetchJWTSVID", grpc_type: "unary" };
const mint = { grpc_service: "com.spirl.agent.v1.session.API", grpc_method: "MintSVID", grpc_type: "unary" };

/** What an agent with a few content workloads reports. */
export const healthyAgent: readonly Series[] = [
  gauge("spirl_application_info", 1),
  ...kinds.flatMap((svid_type) => [
    counter("spirl_agent_mint_svid_total", 2, { svid_type, status_code: "ok" }),
    counter("spirl_agent_workload_attestation_total", 2, { svid_type, status_code: "ok" }),
    counter("spirl_agent_bundle_update_total", 1, { svid_type, status_code: "ok" }),
    gauge("spirl_agent_svid_expiring", 0, { svid_type }),
    gauge("spirl_agent_svid_outdated", 0, { svid_type }),
  ]),
  counter("spirl_agent_workload_api_connections_total", 1, { status_code: "ok" }),
  gauge("spirl_agent_workload_api_connections", 3),
  counter("grpc_server_started_total", 1, x509),
  counter("grpc_server_msg_sent_total", 2, x509),
  counter("grpc_server_started_total", 2, jwt),
  counter("grpc_server_handled_total", 2, { ...jwt, grpc_code: "OK" }),
  counter("grpc_server_handled_total", 1, { ...x509, grpc_code: "Canceled" }),
  counter("grpc_client_started_total", 4, mint),
  counter("grpc_client_handled_total", 4, { ...mint, grpc_code: "OK" }),
];

/** Labels that are on everything an agent reports. */
export function agentLabels(pod: string, node: string): Labels {
  return {
    namespace: "spirl-system",
    pod,
    node,
    container: "spirl-agent",
    spirl_component: "agent",
    spirl_trust_domain: "example.test",
    spirl_trust_domain_deployment: "test",
    spirl_app_version: "1.0.0",
  };
}

/** One line of the text format, without an end of line. */
export function line({ metric, labels }: Pick<Series, "metric" | "labels">, value: number): string {
  const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  const pairs = Object.entries(labels).map(([name, text]) => `${name}=${quoted(text)}`);
  return `${metric}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}
