import { allow, deny, wait } from "../../kernel/answers.ts";
import type { Guard, Instant, Read, Remedy, Ruling } from "../../kernel/types/index.ts";
import { controllerOf } from "../kubernetes/meta.ts";
import type { Controller } from "../kubernetes/objects-controller.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
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
  rule({ remedy, now }, read) {
    switch (remedy.kind) {
      case "label-namespace":
        return allow;
      case "evict-pod":
        return eviction(remedy, read, now);
      case "rollout-restart":
      case "label-pod-template":
        return rollout(remedy, read, now);
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

function rollout({ target }: Remedy<"rollout-restart" | "label-pod-template">, read: Read, now: Instant): Ruling {
  const owner = read(controller(target.kind, target.namespace, target.name));
  if (!owner) return wait(now, `${target.kind} ${target.name} is gone`);
  if (owner.paused) return deny(`${target.kind} ${target.name} is paused: nothing would roll out`);
  if (!owner.wanted) return deny(`${target.kind} ${target.name} is scaled to none`);
  if (owner.strategy === "Recreate") return deny(`${target.kind} ${target.name} has strategy Recreate: all its pods would go at once`);
  if (owner.strategy === "OnDelete") return deny(`${target.kind} ${target.name} has strategy OnDelete: nothing would roll out`);
  const most = mostUnavailable(owner, owner.wanted);
  if (most === undefined)
    return deny(`${target.kind} ${target.name} says neither a number nor per cent for how many pods may be missing in a rollout`);
  if (most >= owner.wanted)
    return deny(`a rollout of ${target.kind} ${target.name} may take ${most} of its ${owner.wanted} pods away before new ones come`);
  return allow;
}

/**
 * How many pods a rollout may take away at once: Kubernetes rounds per cent down, and takes one where neither surge nor unavailable would let it
 * go on (`deployment/util.ResolveFenceposts`). What is not said is the default: a quarter for a Deployment, one for the others, which do not surge.
 */
function mostUnavailable({ kind, maxSurge, maxUnavailable }: Controller, wanted: number): number | undefined {
  const deployment = kind === "Deployment";
  const surge = count(maxSurge ?? (deployment ? "25%" : 0), wanted, Math.ceil);
  const unavailable = count(maxUnavailable ?? (deployment ? "25%" : 1), wanted, Math.floor);
  if (surge === undefined || unavailable === undefined) return undefined;
  return surge === 0 && unavailable === 0 ? 1 : unavailable;
}

function count(amount: string | number, of: number, round: (n: number) => number): number | undefined {
  if (typeof amount === "number") return amount;
  const percent = /^(\d+)%$/.exec(amount)?.[1];
  return percent === undefined ? undefined : round((Number(percent) / 100) * of);
}
