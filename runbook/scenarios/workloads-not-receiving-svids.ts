import type { Scenario, Workload } from "../../kernel/types/index.ts";
import { svidAgentOnNode } from "../checks/svid-agent-on-node.ts";
import { svidCsiOnNode } from "../checks/svid-csi-on-node.ts";
import { svidExists } from "../checks/svid-exists.ts";
import { svidFargate } from "../checks/svid-fargate.ts";
import { svidMintFailures } from "../checks/svid-mint-failures.ts";
import { svidNamespaceLabel } from "../checks/svid-namespace-label.ts";
import { svidOlderThanWebhook } from "../checks/svid-older-than-webhook.ts";
import { svidOwnMount } from "../checks/svid-own-mount.ts";
import { svidPodLabel } from "../checks/svid-pod-label.ts";
import { svidVolumeInjected } from "../checks/svid-volume-injected.ts";
import { svidWebhookMatches } from "../checks/svid-webhook-matches.ts";
import { svidWebhookPresent } from "../checks/svid-webhook-present.ts";
import { workloadSubjects } from "./workload-subjects.ts";

/**
 * Causes stand before symptoms, for the first faulty link is the cause. The last link asks Prometheus: where that cannot answer, it is `unknown`,
 * which takes nothing from a cause found before it, but leaves a chain without a fault inconclusive: a socket that is there is no SVID yet, so
 * nobody is told that all is well on the strength of Kubernetes alone.
 */
export const workloadsNotReceivingSvids: Scenario<Workload> = {
  id: "workloads-not-receiving-svids",
  section: "1",
  title: "Workloads not receiving SVIDs",
  subjects: workloadSubjects,
  chain: [
    svidExists,
    svidFargate, //           before any labelling: an injected Fargate pod never starts
    svidOwnMount, //          who brings the mount has no use for the webhook
    svidWebhookPresent, //    step 3
    svidWebhookMatches, //    step 3: left out by rules, exclusions or conditions
    svidPodLabel, //          step 4: the pod's template
    svidNamespaceLabel, //    step 4: the namespace
    svidOlderThanWebhook, //  step 6: restart the workload
    svidVolumeInjected, //    steps 1 and 2: the symptom, where nothing before explains it
    svidCsiOnNode, //         step 5
    svidAgentOnNode,
    svidMintFailures, //      to 3 (attestation), 4 (connectivity) or 5 (resources) by status_code
  ],
};
