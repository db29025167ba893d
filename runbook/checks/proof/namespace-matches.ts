import { faulty, healthy, unknown } from "../../../kernel/answers.ts";
import type { Answer, Check, Successor } from "../../../kernel/types/index.ts";
import { entries, wouldMutate } from "../../kubernetes/mutation.ts";
import { asCreated } from "../../kubernetes/newcomer.ts";
import { isLive } from "../../kubernetes/objects-pod.ts";
import { labelValue } from "../../kubernetes/selectors.ts";
import { named } from "../../named.ts";
import { namespace, podsIn, webhookConfiguration } from "../../queries/kubernetes.ts";
import { hasVolume } from "./successors.ts";

/**
 * The label is there, and with it the webhook would be asked about pods that have no volume so far. This proves the label; the pods of before are
 * without the volume until they are made again, which is the next remedy.
 */
export const namespaceMatches: Check<Successor> = {
  id: "proof.namespace-matches",
  section: "1",
  asks: "Would the webhook now be asked about the pods of this namespace?",
  assess({ remedy }, read, given): Answer {
    if (remedy.kind !== "label-namespace") return unknown(`${remedy.kind} labels no namespace`);
    const { target, set } = remedy;
    const { webhook } = given.policy.installation;
    const [space, configuration, pods] = read.all(namespace(target.name), webhookConfiguration(webhook), podsIn(target.name));
    if (space?.uid !== target.uid) return unknown(`namespace ${target.name} is not there any more`);
    if ((labelValue(space.labels, set.key) ?? null) !== set.to)
      return faulty(`label ${set.key} of namespace ${target.name} is not as we left it: somebody has changed it back`);
    if (!configuration) return unknown(`webhook configuration ${webhook} is not there any more`);
    const without = pods.filter((pod) => isLive(pod) && !hasVolume(pod, given));
    if (without.length === 0)
      return unknown(`namespace ${target.name} has no pod without the CSI volume that the label could be proved with`);
    const of = entries(configuration);
    const answers = without.map((pod) => ({ pod, mutation: wouldMutate(of, asCreated(pod), space.labels) }));
    const matched = answers.filter(({ mutation }) => mutation.is === "yes").map(({ pod }) => pod);
    if (matched.length > 0)
      return healthy(`the webhook matches now, so these would get the CSI volume when they are made again: ${named(matched)}`);
    const open = answers.find(({ mutation }) => mutation.is === "unknown")?.mutation;
    if (open?.is === "unknown") return unknown(`whether the webhook matches now cannot be computed: ${open.says}`);
    const [nearest] = answers.map(({ mutation }) => (mutation.is === "no" ? mutation.says : ""));
    return faulty(`the label is there, but webhook ${webhook} would still not be asked about any pod: ${nearest}`);
  },
};
