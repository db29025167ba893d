import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, Given, Workload } from "../../kernel/types/index.ts";
import { type Gap, gaps } from "../kubernetes/missing-labels.ts";
import { targetOf } from "../kubernetes/restart.ts";
import { requirements } from "../kubernetes/selectors.ts";
import { choice, onlyWish, setTo, wanted } from "./label-fault.ts";
import { onWebhook, titleOf, type Webhooked } from "./workload.ts";

/** The webhook's namespaceSelector. */
export const svidNamespaceLabel: Check<Workload> = {
  id: "svid.namespace-label",
  section: "1, check 1, step 4",
  asks: "Does the namespace carry the label that the webhook asks for?",
  assess: (subject, read, given) =>
    onWebhook(subject, read, given, (webhooked) => {
      const { next, namespace, entries, mutation } = webhooked;
      const selectors = entries.filter(({ aboutPods }) => aboutPods).map(({ webhook }) => webhook.namespaceSelector);
      if (selectors.every((selector) => requirements(selector).length === 0))
        return notApplicable("the webhook asks for no label of namespaces");
      if (mutation.is === "unknown") return unknown(mutation.says);
      if (mutation.is === "yes") return healthy(`namespace ${namespace.name} carries what ${mutation.webhook} asks for`);
      const lacking = gaps(entries, next, namespace.labels).filter((gap) => gap.namespace.length > 0);
      return lacking.length > 0
        ? missing(webhooked, lacking, given)
        : notApplicable(`no label of namespace ${namespace.name} keeps the webhook away: ${mutation.says}`);
    }),
};

function missing(webhooked: Webhooked, lacking: readonly Gap[], { cluster }: Given): Answer {
  const { namespace, pod } = webhooked;
  const says = `namespace ${namespace.name} does not carry ${wanted(lacking[0]?.namespace ?? [], namespace.labels)}`;
  const wish = onlyWish(webhooked);
  if (wish?.on !== "namespace") return faulty(says, { manual: choice(webhooked, lacking) });
  const why = `namespace ${namespace.name} lacks ${wish.key}=${wish.value}, by which the webhook would inject ${titleOf(pod)}`;
  const target = targetOf(cluster, "Namespace", namespace);
  return faulty(says, { remedies: [{ kind: "label-namespace", why, target, set: setTo(wish) }] });
}
