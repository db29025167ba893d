import { faulty, healthy, unknown } from "../../../kernel/answers.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Answer, Check, Given, Instant, Successor } from "../../../kernel/types/index.ts";
import type { Controller } from "../../kubernetes/objects-controller.ts";
import { labelValue } from "../../kubernetes/selectors.ts";
import { controller } from "../../queries/kubernetes.ts";
import { ownerOf } from "./successors.ts";

const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** Our change is in the template, the owner's controller has seen it, and every replica is of it and available, none of before. */
export const rolloutComplete: Check<Successor> = {
  id: "proof.rollout-complete",
  section: "1",
  asks: "Is the rollout that the write began complete?",
  assess(subject, read, given): Answer {
    const { kind, name, uid } = ownerOf(subject.remedy);
    if (kind === "Pod") return unknown(`pod ${name} has no rollouts`);
    const owner = read(controller(kind, subject.remedy.target.namespace, name));
    if (owner?.uid !== uid) return unknown(`${kind} ${name} is not there any more`);
    const lost = undone(subject, owner, given);
    if (lost) return faulty(lost);
    if (owner.status.conditions.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded"))
      return faulty(`the rollout of ${kind} ${name} does not get on (ProgressDeadlineExceeded)`);
    if (owner.generation === undefined || (owner.status.observedGeneration ?? 0) < owner.generation)
      return unknown(`the rollout of ${kind} ${name} has not begun`);
    const missing = unfinished(owner);
    return missing ? unknown(`the rollout of ${kind} ${name} goes on: ${missing}`) : healthy(`the rollout of ${kind} ${name} is complete`);
  },
};

/** Somebody, such as GitOps, has put the template back. */
function undone({ remedy, since }: Successor, { kind, name, template }: Controller, { policy }: Given): string | undefined {
  if (remedy.kind === "label-pod-template") {
    const { key, to } = remedy.set;
    if ((labelValue(template.labels, key) ?? null) === to) return undefined;
    return `label ${key} in the template of ${kind} ${name} is not as we left it: somebody has changed it back`;
  }
  const mark = labelValue(template.annotations, restartedAt);
  // A later one, by a person whose clock may be behind ours, makes the pods anew as well.
  if (mark !== undefined && secondsBetween(since, mark as Instant) >= -policy.timing.clockSkewSeconds) return undefined;
  return `the mark of the restart is gone from ${kind} ${name}: somebody has put its template back`;
}

/** What a rollout still lacks. `status.replicas` counts the old pods, too. */
function unfinished({ wanted, status }: Controller): string | undefined {
  if (wanted === undefined) return "how many pods it wants is not known";
  const { replicas = 0, updated = 0, available = 0, currentRevision, updateRevision } = status;
  if (updated < wanted) return `${updated} of ${wanted} pods are of the new template`;
  if (replicas > wanted) return `${replicas - wanted} old pods are still there`;
  if (available < wanted) return `${available} of ${wanted} pods are available`;
  return currentRevision === updateRevision ? undefined : "the old revision is still the current one";
}
