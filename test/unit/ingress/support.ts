import { parsePolicy } from "../../../adapters/policy/parse.ts";
import { sha256 } from "../../../kernel/digest.ts";
import { keyDigest } from "../../../kernel/ids.ts";
import type { Opening, Rejection } from "../../../kernel/ports.ts";
import type { IncidentId, Instant } from "../../../kernel/types/index.ts";
import type { Sender } from "../../../lambdas/authorize/handler.ts";
import type { Token } from "../../../lambdas/authorize/tokens.ts";
import { ingest, type Ports, type Received } from "../../../lambdas/ingest/handler.ts";
import type { Refused, Told } from "../../../lambdas/ingest/reply.ts";

export const now = "2026-11-02T09:30:00.000Z" as Instant;
export const policy = parsePolicy("", { file: "test" });

export const ownerLabels = {
  alertname: "SpirlWorkloadNotInjected",
  cluster: "practice",
  scenario: "workloads-not-receiving-svids",
  severity: "warning",
  scope: "owner",
  namespace: "payments",
  workload_kind: "Deployment",
  workload: "checkout",
};
export type Json = Readonly<Record<string, unknown>>;

/** An alert as Alertmanager sends it. */
export const anAlert = (change: Json = {}, labels: Json = {}): Json => ({
  status: "firing",
  labels: { ...ownerLabels, ...labels },
  annotations: {},
  startsAt: "2026-11-02T09:00:00.123456789Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus/graph",
  ...change,
});
export const bodyOf = (alerts: readonly unknown[], change: Json = {}): string =>
  JSON.stringify({ version: "4", status: "firing", truncatedAlerts: 0, alerts, ...change });

export const bearer = "the-token-of-practice";
export const otherBearer = "the-token-of-elsewhere";
export const tokens: readonly Token[] = [
  { name: "practice", current: sha256(bearer), clusters: ["practice"] },
  { name: "elsewhere", current: sha256(otherBearer), clusters: ["elsewhere"] },
];
export const sender: Sender = { name: "practice", clusters: ["practice"] };

/** What `ingest` uses of the ledger, in memory, and all that it was told. */
export function memory() {
  const openings: Opening[] = [];
  const rejections: Rejection[] = [];
  const bodies: string[] = [];
  const started: IncidentId[] = [];
  const woken: string[] = [];
  const lines: Json[] = [];
  const open = new Set<string>();
  const ports: Ports = {
    ledger: {
      openOrJoin: async (opening) => {
        openings.push(opening);
        const key = keyDigest(opening);
        const id = `i-${key.slice(0, 12)}` as IncidentId;
        if (open.has(key)) return { did: "joined", id };
        if (opening.alerts.every((alert) => alert.status === "resolved")) return { did: "nothing-open" };
        open.add(key);
        return { did: "opened", id };
      },
      reject: async (rejection) => {
        rejections.push(rejection);
      },
      token: async (id) => `token of ${id}`,
    },
    archive: {
      put: async (bytes) => {
        bodies.push(String(bytes));
        return sha256(bytes);
      },
    },
    starter: {
      start: async (id) => {
        started.push(id);
      },
    },
    waker: {
      wake: async (token) => {
        woken.push(token);
      },
    },
    policy,
    clock: () => now,
    log: (line) => {
      lines.push(line);
    },
  };
  return { ports, openings, rejections, bodies, started, woken, lines };
}
export type Memory = ReturnType<typeof memory>;

/** Hands a body in, and gives the answer with its body as a sender would read it. */
export async function send(received: Partial<Received>, ports: Ports) {
  const { status, headers, body } = await ingest({ body: "", source: "alertmanager", sender, ...received }, ports);
  return { status, headers, body: JSON.parse(JSON.stringify(body)) as Told & Refused };
}
