import type { Query, Read, Remedy } from "../kernel/types/index.ts";
import { never } from "../kernel/types/index.ts";
import type { Meta } from "./kubernetes/meta.ts";
import { controller, namespace, pod } from "./queries/kubernetes.ts";

/** The live object that a remedy would write to; `undefined` where there is none of the name. */
export function targetOf(remedy: Remedy): Query<Meta | undefined> {
  switch (remedy.kind) {
    case "evict-pod":
      return pod(remedy.target.namespace, remedy.target.name);
    case "rollout-restart":
    case "label-pod-template":
      return controller(remedy.target.kind, remedy.target.namespace, remedy.target.name);
    case "label-namespace":
      return namespace(remedy.target.name);
    default:
      return never(remedy);
  }
}

/** Why this live object is not the one that was planned on; undefined where it is. A `generation` moves only with the spec. */
export function estranged(remedy: Remedy, live: Meta | undefined): string | undefined {
  const { kind, name, uid, generation } = remedy.target;
  if (!live) return `${kind} ${name} is gone`;
  if (live.uid !== uid) return `${kind} ${name} is another one now (uid ${live.uid}, planned on ${uid})`;
  if (live.deletionTimestamp) return `${kind} ${name} is being deleted`;
  if (generation !== undefined && live.generation !== generation) return `the spec of ${kind} ${name} has changed since the plan`;
  return undefined;
}

/** The remedy with the target's newest resourceVersion, which is the write's precondition; throws where it is not the planned one. */
export function refresh(remedy: Remedy, read: Read): Remedy {
  const live = read(targetOf(remedy));
  const why = estranged(remedy, live);
  if (!live || why) throw new Error(why ?? "the target is gone");
  // The kind and its target stay tied; only the version is newer.
  return { ...remedy, target: { ...remedy.target, resourceVersion: live.resourceVersion } } as Remedy;
}
