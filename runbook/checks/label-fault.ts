import type { Given, LabelChange, Remedy, Some } from "../../kernel/types/index.ts";
import { asked, type Gap, type LabelWish, sufficient } from "../kubernetes/missing-labels.ts";
import { wouldMutate } from "../kubernetes/mutation.ts";
import { asCreated } from "../kubernetes/newcomer.ts";
import { targetOf } from "../kubernetes/restart.ts";
import { labelValue, matches, type Requirement } from "../kubernetes/selectors.ts";
import type { Webhooked } from "./workload.ts";
import { titleOf } from "./workload.ts";

/** The one label that would be enough, if there is exactly one; with several, a person must choose, with none, none is enough. */
export function onlyWish({ entries, next, namespace }: Webhooked): LabelWish | undefined {
  const [wish, ...others] = sufficient(entries, next, namespace.labels);
  return others.length === 0 ? wish : undefined;
}

/** `k8s.spirl.com/spiffe-csi=enabled, but it is disabled`: what is asked for, and what is there instead. */
export const wanted = (requirements: readonly Requirement[], labels: Webhooked["next"]["labels"]): string => {
  const other = requirements.flatMap(({ key }) => {
    const value = labelValue(labels, key);
    return value === undefined ? [] : [`${key} is ${value || "empty"}`];
  });
  return `${asked(requirements)}${other.length > 0 ? `, but ${other.join(" and ")}, which may be on purpose` : ""}`;
};

/** The template has by now what the running pod was made without, and what the webhook chooses by. For pods whose successor would be injected. */
export function lacksItsTemplatesLabel({ pod, namespace, entries, mutation }: Webhooked): boolean {
  const chosen = entries.find(({ webhook }) => webhook.name === mutation.webhook)?.webhook;
  return !matches(chosen?.objectSelector, pod.labels) && wouldMutate(entries, asCreated(pod), namespace.labels).is !== "yes";
}

export const setTo = ({ key, value }: LabelWish): LabelChange => ({ key, from: null, to: value });

/** Both kinds of label at once, or either of two: what a person has to weigh. */
export function choice({ entries, next, namespace }: Webhooked, of: readonly Gap[]): string {
  const wishes = sufficient(entries, next, namespace.labels);
  if (wishes.length > 1)
    return `either of these would do, choose one: ${wishes.map(({ on, key, value }) => `${key}=${value} on the ${on === "pod" ? "pod's template" : "namespace"}`).join(", ")}`;
  return of
    .map(({ entry, pod, namespace: ns }) =>
      [
        `webhook ${entry.webhook.name} asks for`,
        [
          ...(pod.length > 0 ? [`${asked(pod)} on the pod`] : []),
          ...(ns.length > 0 ? [`${asked(ns)} on namespace ${namespace.name}`] : []),
        ].join(" and "),
      ].join(" "),
    )
    .join("; ");
}

/** The label where new pods get theirs from; undefined where there is no template that may be changed. */
export function onTemplate({ owner, pod }: Webhooked, wish: LabelWish, { cluster }: Given): Some<Remedy> | undefined {
  const controller = owner.is === "controller" ? owner.controller : undefined;
  if (controller?.kind !== "Deployment" && controller?.kind !== "StatefulSet" && controller?.kind !== "DaemonSet") return undefined;
  const why = `the template of ${controller.kind} ${titleOf(controller)} lacks ${wish.key}=${wish.value}, by which the webhook would inject ${pod.name}`;
  return [{ kind: "label-pod-template", why, target: targetOf(cluster, controller.kind, controller), set: setTo(wish) }];
}
