import { allow, deny, wait } from "../../kernel/answers.ts";
import type { Guard, Instant, Read, Remedy, Ruling } from "../../kernel/types/index.ts";
import { controllerOf } from "../kubernetes/meta.ts";
import type { Controller } from "../kubernetes/objects-controller.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
import { keptBack, mostUnavailable } from "../kubernetes/rollout-bounds.ts";
import { matches } from "../kubernetes/selectors.ts";
import { controller, podDisruptionBudgets } from "../queries/kubernetes.ts";
import { podsOf } from "./pods-of.ts";

/**
 * Nothing that serves alone is taken away. Kubernetes asks PodDisruptionBudgets only when there are any, and a rollout does not ask
 * them at all, so replicas are counted here. A target that is gone asks for a new plan, at once.
 */
export const replicasAndBudgets: Guard = {
  id: "replicas-and-budgets",
  asks: "Do enough replicas stay, and do the PodDisruptionBudgets agree?",
  rule({ remedy, undoing, now }, read) {
    switch (remedy.kind) {
      case "label-namespace":
        return allow;
      case "evict-pod":
        return eviction(remedy, read, now);
      case "rollout-restart":
      case "label-pod-template":
        return rollout(remedy, undoing, read, now);
    }
  },
};

function eviction(remedy: Remedy<"evict-pod">, read: Read, now: Instant): Ruling {
  const { name, namespace } = remedy.target;
  if (remedy.owner.kind === "Pod") return deny(`${name} has no owner: nobody would create it again`);
  const pods = podsOf(remedy, read);
  const pod = pods.find((one) => one.uid === remedy.target.uid);
  if (!pod) return wait(now, `${name} is not among the pods of ${remedy.owner.kind} ${remedy.owner.name}`);
  const budgets = read(podDisruptionBudgets(namespace)).filter(({ selector }) => selector && matches(selector, pod.labels));
  const [budget, second] = budgets;
  if (second)
    return deny(
      `more than one PodDisruptionBudget covers ${name}, which Kubernetes refuses to evict (${budgets.map((one) => one.name).join(", ")})`,
    );
  if (budget && !budget.observed) return deny(`PodDisruptionBudget ${budget.name} was changed and not counted yet`);
  if (budget && budget.disruptionsAllowed < 1) return deny(`PodDisruptionBudget ${budget.name} allows no disruption now`);
  return lastReady(pod, pods) ? deny(`${name} is the last Ready replica of ${remedy.owner.kind} ${remedy.owner.name}`) : allow;
}

/** Another owner's pod that the selector chooses as well serves something else. */
const lastReady = (pod: Pod, all: readonly Pod[]) =>
  pod.ready && !all.some((other) => other.uid !== pod.uid && other.ready && controllerOf(other)?.uid === controllerOf(pod)?.uid);

function rollout({ target }: Remedy<"rollout-restart" | "label-pod-template">, undoing: boolean, read: Read, now: Instant): Ruling {
  const owner = read(controller(target.kind, target.namespace, target.name));
  const named = `${target.kind} ${target.name}`;
  if (!owner) return wait(now, `${named} is gone`);
  const still = whyItStands(owner);
  // What is taken back is to stand in the template, whenever that rolls out.
  if (still) return undoing ? allow : deny(`${named} ${still}`);
  const wanted = owner.wanted ?? 0;
  if (owner.strategy === "Recreate") return deny(`${named} has strategy Recreate: all its pods would go at once`);
  const most = mostUnavailable(owner, wanted);
  if (most === undefined) return deny(`${named} says neither a number nor per cent for how many pods may be missing in a rollout`);
  if (most >= wanted) return deny(`a rollout of ${named} may take ${most} of its ${wanted} pods away before new ones come`);
  return allow;
}

/** Why a new template would reach no pod, or not all of them, so that nothing could be proved; undefined where it rolls out. */
function whyItStands(owner: Controller): string | undefined {
  if (owner.paused) return "is paused: nothing would roll out";
  if (!owner.wanted) return "is scaled to none";
  if (owner.strategy === "OnDelete") return "has strategy OnDelete: nothing would roll out";
  const kept = keptBack(owner, owner.wanted);
  return kept > 0 ? `has partition ${owner.partition}: ${kept} of its ${owner.wanted} pods would stay as they are` : undefined;
}
