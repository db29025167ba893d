import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import { ago, secondsBetween } from "../../kernel/time.ts";
import type { Check, Instant, Workload } from "../../kernel/types/index.ts";
import type { Meta } from "../kubernetes/meta.ts";
import { isReserved } from "../kubernetes/missing-labels.ts";
import { type Requirement, requirements } from "../kubernetes/selectors.ts";
import { lacksItsTemplatesLabel } from "./label-fault.ts";
import { restartWhereItHelps } from "./on-node.ts";
import { onlyWithWitness } from "./sibling.ts";
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
      const later = whatCameLater(webhooked);
      if (!later) return healthy(`${titleOf(pod)} is younger than webhook ${configuration.name} and the labels that it asks for`);
      const says = `${titleOf(pod)}: the pod has no ${given.policy.installation.driver} volume; ${later.says}`;
      return later.surely ? faulty(says, restartWhereItHelps(webhooked, read, given, says)) : onlyWithWitness(webhooked, says, read, given);
    }),
};

export interface Later {
  readonly says: string;
  /** False where it is only known that it did not come after a certain time. */
  readonly surely: boolean;
}

/** What came only after the pod; undefined where everything was there before it. For pods whose successor would be injected. */
export function whatCameLater(webhooked: Webhooked): Later | undefined {
  const { pod, configuration, namespace, entries, mutation } = webhooked;
  const { creationTimestamp } = configuration;
  if (pod.creationTimestamp < creationTimestamp) {
    const age = ago(secondsBetween(pod.creationTimestamp, creationTimestamp));
    return { says: `it is ${age} older than the webhook ${configuration.name}`, surely: true };
  }
  if (lacksItsTemplatesLabel(webhooked)) return { says: "it is older than the label of its template", surely: true };
  const chosen = entries.find(({ webhook }) => webhook.name === mutation.webhook)?.webhook;
  for (const { key } of chosen ? requirements(chosen.namespaceSelector).filter(asksForLabel) : []) {
    const written = lastWritten(namespace, key);
    if (!written || pod.creationTimestamp >= written.at) continue;
    const age = ago(secondsBetween(pod.creationTimestamp, written.at));
    const label = `label ${key} on namespace ${namespace.name}`;
    return written.alone
      ? { says: `it is ${age} older than ${label} (written by ${written.by})`, surely: true }
      : { says: `it may be up to ${age} older than ${label}, which ${written.by} wrote with others then or before`, surely: false };
  }
  return undefined;
}

/** Kubernetes' own labels are there from the beginning. */
const asksForLabel = ({ operator, key }: Requirement) => (operator === "In" || operator === "Exists") && !isReserved(key);

interface Written {
  readonly at: Instant;
  readonly by: string;
  /** This manager has nothing else there, so that its time is the label's own. */
  readonly alone: boolean;
}
/**
 * The earliest of those who manage the label. A manager's time moves with each change of its own, so the label came then or before: a pod that is
 * younger surely had it; one that is older surely had it not only where the manager never wrote anything else.
 */
function lastWritten({ managedFields }: Meta, key: string): Written | undefined {
  return managedFields
    .filter(({ labels }) => labels.includes(key))
    .flatMap(({ labels, labelsOnly, time, manager: by }) => (time ? [{ at: time, by, alone: labelsOnly && labels.length === 1 }] : []))
    .sort((a, b) => secondsBetween(b.at, a.at))[0];
}
