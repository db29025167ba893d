import { digest } from "../../kernel/digest.ts";
import { beginning, sealAll } from "../../kernel/story.ts";
import { after } from "../../kernel/time.ts";
import type {
  Alert,
  ClusterState,
  Entry,
  EntryOf,
  Incident,
  IncidentId,
  Instant,
  LedgerRecord,
  LedgerView,
  Policy,
  Remedy,
  Sha256,
  Some,
  Uid,
} from "../../kernel/types/index.ts";

export const t0 = "2026-11-20T03:00:00.000Z" as Instant;
export const at = (seconds: number): Instant => after(t0, seconds);
export const sha = (of: string): Sha256 => digest(of);

export const anAlert = (change: Partial<Alert> = {}): Alert =>
  ({
    from: "manual",
    status: "firing",
    cluster: "prod",
    fingerprint: "f1",
    startsAt: t0,
    labels: {
      cluster: "prod",
      scenario: "workloads-not-receiving-svids",
      namespace: "payments",
      workload_kind: "Deployment",
      workload: "checkout",
    },
    body: sha("body"),
    ...change,
  }) as Alert;

export const anIncident = (change: Partial<Incident> = {}): Incident => ({
  id: "prod-svids-checkout-0123456789-g1" as IncidentId,
  generation: 1,
  cluster: "prod",
  scenario: "workloads-not-receiving-svids",
  scope: { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" },
  alerts: [anAlert()],
  alertCount: 1,
  openedAt: t0,
  policy: sha("policy"),
  ...change,
});

export const aPolicy = (change: { [K in keyof Policy]?: Partial<Policy[K]> } = {}): Policy => ({
  version: sha("policy"),
  clusters: (change.clusters as Policy["clusters"]) ?? {},
  networks: {},
  mode: { default: "auto", clusters: {}, scenarios: {}, remedies: {}, ...change.mode },
  expected: (change.expected as Policy["expected"]) ?? [],
  protectedNamespaces: (change.protectedNamespaces as Policy["protectedNamespaces"]) ?? ["kube-system", "spirl-system"],
  approvers: (change.approvers as Policy["approvers"]) ?? ["alice"],
  alerts: [],
  limits: {
    fleetShare: 0.2,
    fleetFloor: 3,
    blastShare: 0.25,
    blastPods: 20,
    changesPerHour: 6,
    cooldownSeconds: 1800,
    breakerAfter: 3,
    rounds: 12,
    ageSeconds: 7200,
    freshSeconds: 120,
    minimumRequests: 20,
    podsPerIncident: 20,
    ...change.limits,
  },
  timing: {
    approvalSeconds: 3600,
    longestWaitSeconds: 900,
    logsAfterSeconds: 900,
    lookAgainSeconds: 30,
    leaseSeconds: 180,
    writeWithinSeconds: 20,
    requestTimeoutSeconds: 10,
    clockSkewSeconds: 5,
    pauseSeconds: 300,
    settleFactor: 1,
    ...change.timing,
  },
  installation: {
    namespace: "spirl-system",
    agent: "spirl-agent",
    csi: "spiffe-csi-driver",
    driver: "csi.spiffe.io",
    webhook: "spirl-controller-webhook",
    podLabel: "pod",
    ...change.installation,
  },
  desk: { email: [] },
  retention: { auditLogDays: 400, logDays: 90, lockDays: 365, coldAfterDays: 90 },
  series: (change.series as Policy["series"]) ?? {},
});

export const aRestart = (change: Partial<Remedy<"rollout-restart">> = {}): Remedy<"rollout-restart"> => ({
  kind: "rollout-restart",
  why: "its pods are older than the webhook",
  target: {
    cluster: "prod",
    kind: "Deployment",
    namespace: "payments",
    name: "checkout",
    uid: "u-checkout" as Uid,
    resourceVersion: "100",
    generation: 1,
  },
  ...change,
});

export const anEviction = (pod = "ledger-0", change: Partial<Remedy<"evict-pod">> = {}): Remedy<"evict-pod"> => ({
  kind: "evict-pod",
  why: "it is older than the webhook",
  target: { cluster: "prod", kind: "Pod", namespace: "payments", name: pod, uid: `u-${pod}` as Uid, resourceVersion: "100" },
  owner: { kind: "StatefulSet", name: "ledger", uid: "u-ledger" as Uid },
  ...change,
});

export const aTemplateLabel = (): Remedy<"label-pod-template"> => ({
  kind: "label-pod-template",
  why: "its pods lack the label",
  target: aRestart().target,
  set: { key: "k8s.spirl.com/spiffe-csi", from: null, to: "enabled" },
});

export const aNamespaceLabel = (): Remedy<"label-namespace"> => ({
  kind: "label-namespace",
  why: "the namespace lacks the label",
  target: { cluster: "prod", kind: "Namespace", namespace: "", name: "payments", uid: "u-payments" as Uid, resourceVersion: "7" },
  set: { key: "k8s.spirl.com/spiffe-csi", from: null, to: "enabled" },
});

export const aCluster = (change: Partial<ClusterState> = {}): ClusterState => ({
  version: 3,
  fence: 4,
  changes: [],
  cooling: {},
  failed: {},
  ...change,
});

const opened = (incident: Incident): EntryOf<"opened"> => ({ type: "opened", incident, bodies: [sha("body")] });

/** A story whose records are written one a second from `t0` on, unless `[seconds, entry]` says when. */
export function aStory(entries: readonly (Entry | readonly [seconds: number, Entry])[], incident = anIncident()): Some<LedgerRecord> {
  const story: LedgerRecord[] = [];
  for (const [index, item] of [opened(incident), ...entries].entries()) {
    const [seconds, entry] = Array.isArray(item) ? (item as readonly [number, Entry]) : [index, item as Entry];
    const last = story.at(-1);
    story.push(
      ...sealAll(
        [entry],
        { incidentId: incident.id, seq: index + 1, prev: last?.hash ?? beginning },
        { written: at(seconds), by: "test", nonce: String(index) },
      ),
    );
  }
  return story as unknown as Some<LedgerRecord>;
}

export function aView(
  entries: readonly (Entry | readonly [number, Entry])[] = [],
  change: Partial<LedgerView> & { incident?: Incident } = {},
): LedgerView {
  const { incident = anIncident(), ...rest } = change;
  const story = aStory(entries, incident);
  const last = story.at(-1) ?? story[0];
  return {
    head: { id: incident.id, open: last.type !== "closed", seq: last.seq, hash: last.hash, inbox: rest.inbox?.length ?? 0, run: 1 },
    inbox: [],
    story,
    cluster: aCluster(),
    stops: { all: { state: "off" }, cluster: { state: "off" } },
    ...rest,
  };
}
