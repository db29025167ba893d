import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Check, Workload } from "../../kernel/types/index.ts";
import { gaps } from "../kubernetes/missing-labels.ts";
import { onWebhook, titleOf } from "./workload.ts";

/**
 * Would the API server ask the webhook about the pod's successor? Computed from rules, selectors and match conditions. A no that only a label
 * stands behind is left to the two links that follow, which say whose label it is; here stays what no label can change.
 */
export const svidWebhookMatches: Check<Workload> = {
  id: "svid.webhook-matches",
  section: "1, check 1, steps 3 and 4",
  asks: "Would the webhook inject this pod, were it created now?",
  assess: (subject, read, given) =>
    onWebhook(subject, read, given, ({ pod, next, namespace, entries, mutation, configuration }) => {
      const again = configuration.webhooks.some(({ reinvocationPolicy }) => reinvocationPolicy === "IfNeeded")
        ? " (it is asked again after others)"
        : "";
      if (mutation.is === "yes") return healthy(`webhook ${mutation.webhook} would inject ${titleOf(pod)}, were it created now${again}`);
      if (mutation.is === "unknown")
        return unknown(`whether webhook ${mutation.webhook} would inject ${titleOf(pod)} cannot be told: ${mutation.says}`);
      if (gaps(entries, next, namespace.labels).length > 0)
        return notApplicable(`nothing but a label keeps webhook ${mutation.webhook} from ${titleOf(pod)}: ${mutation.says}`);
      return faulty(`webhook ${configuration.name} leaves ${titleOf(pod)} out: ${mutation.says}`, {
        manual: `decide whether it is left out on purpose; if not, change the rules of ${configuration.name} where it is installed from`,
      });
    }),
};
