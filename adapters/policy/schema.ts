import * as z from "zod";
import { dnsLabel, dnsSubdomain } from "../../kernel/names.ts";
import { modes, scenarioIds } from "../../kernel/types/index.ts";
import { aCluster, clusters, home, networks } from "./clusters.ts";
import { choice, count, days, factor, list, map, name, seconds, share, some, table, word } from "./fields.ts";
import { clusterName, kinds, ownerKinds, placeLabels } from "./names.ts";

const aNamespace = "must be the name of a namespace: lower-case letters, digits and hyphens, at most 63";
const anObject = "must be a name as Kubernetes has them: lower-case letters, digits, hyphens and dots, at most 253";
const aLabel = "must be the name of a label: letters, digits and underscores, at most 128";
const labelName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

const mode = (means: string) => word(modes, means);

const modesOf = table(
  {
    default: mode("For clusters that are not named.").default("observe"),
    clusters: map(clusterName, mode("Mode of a cluster."), aCluster, "By name of the cluster.").default({}),
    scenarios: some(scenarioIds, mode("Mode of a scenario."), "By scenario.").prefault({}),
    remedies: some(kinds, mode("Mode of a kind of remedy."), "By kind of remedy. Never above what the remedy ships with.").prefault({}),
  },
  "How far the system may go by itself: `off`, `observe` (says what it would do), `approve` (asks a person), `auto`. Of cluster, scenario and remedy the lowest wins.",
);

const expected = list(
  table(
    {
      cluster: z.exactOptional(name(clusterName, aCluster, "Only there. Without it: in every cluster.")),
      namespace: name(dnsLabel, aNamespace, "Where the workload is."),
      kind: z.exactOptional(word(ownerKinds, "With `name`: one workload. Without both: the whole namespace.")),
      name: z.exactOptional(name(dnsSubdomain, anObject, "With `kind`.")),
    },
    "A workload, or a whole namespace.",
  ),
  [],
  "must be a list of workloads, each with at least a namespace",
  "Workloads that a person has said must have an identity. Only these are ever labelled: a label grants an identity.",
);

const alerts = list(
  table(
    {
      match: map(
        labelName,
        z.string({ error: "must be the label's value, in quotes where it is a number" }),
        aLabel,
        "Labels and their exact values. All must be there.",
      ).refine((labels) => Object.keys(labels).length > 0, "must name at least one label: without any it would match every alert"),
      scenario: word(scenarioIds, "What the alert means here."),
      scope: word(["owner", "namespace", "node", "host", "cluster"], "What it is about."),
      labels: map(
        new RegExp(`^(?:${placeLabels.join("|")}|cluster)$`),
        name(labelName, aLabel, "Their name of the label."),
        `must be one of our labels: cluster, ${placeLabels.join(", ")}`,
        "Our names of labels to theirs, such as `workload: deployment`. A label called `deployment`, `statefulset`, `daemonset`, `replicaset` or `job_name` says the kind as well.",
      ).default({}),
    },
    "A kind of alert.",
  ),
  [],
  "must be a list of mappings, each with match, scenario and scope",
  "Alerts by rules that are not ours. The first mapping that matches counts, also over labels that we know. What no mapping and no label places is read as overall-health, and nothing is written.",
);

const limits = table(
  {
    fleetShare: share(
      0.2,
      "Share of the workloads, or of the pods, from which on (above `fleetFloor`) a fault is the fleet's and not one member's.",
    ),
    fleetFloor: count(3, "Below so many workloads with the fault it is never the fleet's."),
    blastShare: share(
      0.25,
      "Share of the cluster's pods that one write may touch; a few (up to `fleetFloor`) always. A small cluster needs more: of 10 pods, an app of 4 is 0.4.",
    ),
    blastPods: count(20, "Number of pods that one write may touch."),
    changesPerHour: count(
      6,
      "Writes an hour in a cluster; 0 forbids all. A write that can be undone takes two, one of them for its undo.",
      0,
    ),
    cooldownSeconds: seconds(1800, "Rest of a workload after a write, for the same kind of remedy."),
    breakerAfter: count(3, "Failed proofs of one kind in a cluster, in a row, after which the kind is not used there any more."),
    rounds: count(12, "Diagnoses without an end after which people take over."),
    ageSeconds: seconds(7200, "Age at which people take over.", 1),
    freshSeconds: seconds(120, "Evidence that is older is not acted upon.", 1),
    minimumRequests: count(20, "Below so many requests in a window, a share of errors says nothing."),
    podsPerIncident: count(
      20,
      "Pods of one workload that are looked at. One that has more is never called healthy, so `blastPods` may not be above it.",
    ),
  },
  "Bounds of what one incident, and all together, may do.",
);

const timing = table(
  {
    approvalSeconds: seconds(3600, "How long an approval waits for an answer.", 1),
    longestWaitSeconds: seconds(900, "A refusal that passes later than this becomes a ticket instead of a wait."),
    logsAfterSeconds: seconds(900, "Logs from after the incident are added to the ticket once this has passed."),
    lookAgainSeconds: seconds(30, "Between two looks.", 0.1),
    leaseSeconds: seconds(180, "How long a cluster is held for one write.", 1),
    writeWithinSeconds: seconds(20, "A write that was permitted is sent within this time, or not at all.", 1),
    requestTimeoutSeconds: seconds(10, "How long a request may take.", 1),
    clockSkewSeconds: seconds(5, "How far clocks may be apart."),
    pauseSeconds: seconds(300, "What was closed rests for this long before a new incident of the same thing acts."),
    settleFactor: factor(1, "Factor on each remedy's waiting times: 1 in production, small for practice."),
  },
  "Waiting times. Seconds, or durations such as `15m`.",
);

const installation = table(
  {
    namespace: name(dnsLabel, aNamespace, "Namespace of agents, driver and webhook.").default("spirl-system"),
    agent: name(dnsSubdomain, anObject, "DaemonSet of the agents.").default("spirl-agent"),
    csi: name(dnsSubdomain, anObject, "DaemonSet of the CSI driver.").default("spiffe-csi-driver"),
    driver: name(dnsSubdomain, anObject, "Name of the CSI driver, as volumes have it.").default("csi.spiffe.io"),
    webhook: name(dnsSubdomain, anObject, "MutatingWebhookConfiguration that injects the volume.").default("spirl-controller-webhook"),
    podLabel: name(labelName, aLabel, "Label of the agents' series that names the pod, such as `pod` or `k8s_pod_name`.").default("pod"),
  },
  "Where the watched installation is. The defaults are those of the vendor's chart.",
);

/** The numbers of days that CloudWatch Logs can keep a log group for. */
export const logDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

const series = map(
  clusterName,
  map(
    labelName,
    z.string({ error: "must be the label's value, in quotes where it is a number" }),
    aLabel,
    "Labels and their exact values.",
  ).refine((labels) => Object.keys(labels).length > 0, "must name at least one label: without any, leave the cluster out"),
  aCluster,
  "Where one Prometheus holds several clusters: by name of the cluster (as alerts carry it; on one machine its context's, or `--cluster`), the labels that only its series carry, such as `{ cluster: prod-eu-1 }`. They are asked for in every query. A cluster that is not named has a Prometheus of its own.",
);

const retention = table(
  {
    auditLogDays: choice(logDays, 400, "The audit trail in CloudWatch Logs. The records themselves, in the table, are kept for ever."),
    logDays: choice(logDays, 90, "Logs of the functions, the workflow and the API."),
    lockDays: days(365, "Days for which nothing in the archive can be deleted or changed. Nothing in it is ever deleted by itself."),
    coldAfterDays: days(90, "Days after which the archive moves to cheaper storage, from which it is still read at once."),
  },
  "How long things are kept, in days.",
);

const desk = table(
  {
    email: list(
      name(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/, "must be an e-mail address", "An address."),
      [],
      "must be a list of e-mail addresses",
      "Addresses to which the stack's topic of tickets sends, once whoever reads them has confirmed it.",
    ),
  },
  "Who hears of tickets. The topic is there in any case; others may subscribe to it as well.",
);

const pattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9*])?$/;

/** `remediator.yaml`. Every key has a default; keys that are not known are errors. */
export const policySchema = table(
  {
    home: z.exactOptional(home),
    clusters,
    networks,
    mode: modesOf.prefault({}),
    expected,
    protectedNamespaces: list(
      name(pattern, `${aNamespace}, or the beginning of one with a * at its end`, "A name, or a beginning."),
      ["kube-system", "kube-public", "kube-node-lease", "spirl-system"],
      "must be a list of names of namespaces",
      "Namespaces in which no workload is ever touched: exact names, or beginnings with a `*` at the end.",
    ),
    approvers: list(
      name(
        /^[^\s*][^\s*]{0,511}\*?$/,
        "must be a name without spaces, or the beginning of one with a * at its end",
        "A name, or a beginning.",
      ),
      [],
      "must be a list of names",
      "Who may answer approvals: on AWS the ARNs of callers, on one machine names of users; exact, or beginnings with a `*` at the end.",
    ),
    alerts,
    limits: limits.prefault({}),
    timing: timing.prefault({}),
    installation: installation.prefault({}),
    desk: desk.prefault({}),
    retention: retention.prefault({}),
    series: series.default({}),
  },
  "The reviewed configuration.",
);
