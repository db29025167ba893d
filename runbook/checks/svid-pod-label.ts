import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, Given, Read, Workload } from "../../kernel/types/index.ts";
import { type Gap, gaps } from "../kubernetes/missing-labels.ts";
import { matches, requirements } from "../kubernetes/selectors.ts";
import { choice, lacksItsTemplatesLabel, onlyWish, onTemplate, wanted } from "./label-fault.ts";
import { obstacleTo, restartWhereItHelps } from "./on-node.ts";
import { onWebhook, titleOf, type Webhooked } from "./workload.ts";

/** The webhook's objectSelector. What the template has, the pod gets by a restart; what only the pod has, its successor will lack. */
export const svidPodLabel: Check<Workload> = {
  id: "svid.pod-label",
  section: "1, check 1, step 4",
  asks: "Do the pod and its template carry the label that the webhook asks for?",
  assess: (subject, read, given) =>
    onWebhook(subject, read, given, (webhooked) => {
      const { pod, next, namespace, entries, mutation } = webhooked;
      const selectors = entries.filter(({ aboutPods }) => aboutPods).map(({ webhook }) => webhook.objectSelector);
      if (selectors.every((selector) => requirements(selector).length === 0)) return notApplicable("the webhook asks for no label of pods");
      if (mutation.is === "unknown") return unknown(mutation.says);
      if (mutation.is === "yes") {
        if (!lacksItsTemplatesLabel(webhooked))
          return healthy(`${titleOf(pod)} and what makes it carry the label that ${mutation.webhook} asks for`);
        const says = `${titleOf(pod)} lacks the label that ${mutation.webhook} asks for; its template has it by now`;
        return faulty(says, restartWhereItHelps(webhooked, read, given, says));
      }
      const lacking = gaps(entries, next, namespace.labels).filter((gap) => gap.pod.length > 0);
      return lacking.length > 0
        ? missing(webhooked, lacking, read, given)
        : notApplicable(`no label of the pod keeps the webhook away: ${mutation.says}`);
    }),
};

function missing(webhooked: Webhooked, lacking: readonly Gap[], read: Read, given: Given): Answer {
  const { pod, next, owner } = webhooked;
  const requirement = lacking[0]?.pod ?? [];
  const has = requirement.length > 0 && matches({ matchLabels: {}, matchExpressions: requirement }, pod.labels);
  const where = owner.is === "controller" ? `the template of ${owner.controller.kind} ${titleOf(owner.controller)}` : titleOf(pod);
  const says = `${where} does not carry ${wanted(requirement, next.labels)}${has ? `; that ${pod.name} itself carries it changes nothing for a running pod` : ""}`;
  const wish = onlyWish(webhooked);
  const remedies = wish?.on === "pod" ? onTemplate(webhooked, wish, given) : undefined;
  const obstacle = remedies && obstacleTo(pod, read, given);
  if (remedies && !obstacle) return faulty(says, { remedies });
  if (obstacle) return faulty(says, { manual: `first: ${obstacle}; then label the template, which makes the pods anew` });
  if (wish?.on === "pod")
    return faulty(says, { manual: `add ${wish.key}=${wish.value} where ${titleOf(pod)} is made from, and make it anew` });
  return faulty(says, { manual: choice(webhooked, lacking) });
}
