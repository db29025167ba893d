import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import { ago, secondsBetween } from "../../kernel/time.ts";
import type { Check, Instant, Workload } from "../../kernel/types/index.ts";
import type { Meta } from "../kubernetes/meta.ts";
import { isReserved } from "../kubernetes/missing-labels.ts";
import { type Requirement, requirements } from "../kubernetes/selectors.ts";
import { lacksItsTemplatesLabel } from "./label-fault.ts";
import { restartWhereItHelps } from "./on-node.ts";
import { onWebhook, titleOf, type Webhooked } from "./workload.ts";

/** All is in place by now, and only came after the pod: making it anew is enough. */
export const svidOlderThanWebhook: Check<Workload> = {
  id: "svid.older-than-webhook",
  section: "1, check 1, step 6",
  asks: "Was the pod created before the webhook, or before the label?",
  assess: (subject, read, given) =>
    onWebhook(subject, read, given, (webhooked) => {
      const { pod, mutation, configuration } = webhooked;
      if (mutation.is === "unknown") return unknown(mutation.says);
      if (mutation.is === "no") return notApplicable(`making ${titleOf(pod)} anew would not help as things are: ${mutation.says}`);
      const older = whatCameLater(webhooked);
      if (!older) return healthy(`${titleOf(pod)} is younger than webhook ${configuration.name} and the labels that it asks for`);
      const says = `${titleOf(pod)}: the pod has no ${given.policy.installation.driver} volume; ${older}`;
      return faulty(says, restartWhereItHelps(webhooked, read, given, says));
    }),
};

/** What came only after the pod, in words; undefined where everything was there before it. For pods whose successor would be injected. */
export function whatCameLater(webhooked: Webhooked): string | undefined {
  const { pod, configuration, namespace, entries, mutation } = webhooked;
  const { creationTimestamp } = configuration;
  if (pod.creationTimestamp < creationTimestamp)
    return `it is ${ago(secondsBetween(pod.creationTimestamp, creationTimestamp))} older than the webhook ${configuration.name}`;
  if (lacksItsTemplatesLabel(webhooked)) return "it is older than the label of its template";
  const chosen = entries.find(({ webhook }) => webhook.name === mutation.webhook)?.webhook;
  for (const { key } of chosen ? requirements(chosen.namespaceSelector).filter(asksForLabel) : []) {
    const written = lastWritten(namespace, key);
    if (written && pod.creationTimestamp < written.at)
      return `it may be up to ${ago(secondsBetween(pod.creationTimestamp, written.at))} older than label ${key} on namespace ${namespace.name} (last written by ${written.by})`;
  }
  return undefined;
}

/** Kubernetes' own labels are there from the beginning. */
const asksForLabel = ({ operator, key }: Requirement) => (operator === "In" || operator === "Exists") && !isReserved(key);

/**
 * The earliest of those who manage the label. A manager's time moves with each change of its own, so the label came then or before: a pod that is
 * younger surely had it, and of one that is older and was not injected this is the likeliest reason.
 */
function lastWritten({ managedFields }: Meta, key: string): { readonly at: Instant; readonly by: string } | undefined {
  return managedFields
    .flatMap(({ labels, time, manager }) => (time && labels.includes(key) ? [{ at: time, by: manager }] : []))
    .sort((a, b) => secondsBetween(b.at, a.at))[0];
}
