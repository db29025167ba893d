import { faulty, healthy, unknown } from "../../../kernel/answers.ts";
import type { Answer, Check, Successor } from "../../../kernel/types/index.ts";
import type { Controller } from "../../kubernetes/objects-controller.ts";
import type { Pod } from "../../kubernetes/objects-pod.ts";
import { hasVolume, named, ownerOf, successorsOf } from "./successors.ts";

/** The pods that came after the write have the volume, and run. Pods from before it prove nothing. */
export const injected: Check<Successor> = {
  id: "proof.injected",
  section: "1",
  asks: "Do the pods that were created since the write have the CSI volume, and are they Ready?",
  assess(subject, read, given): Answer {
    const successors = successorsOf(subject, read);
    if (!successors) return unknown(`${ownerOf(subject.remedy).kind} ${ownerOf(subject.remedy).name} is not there any more`);
    const { owner, pods } = successors;
    if (pods.length === 0) return unknown(`${owner.kind} ${owner.name} has not made a pod since the write`);
    const without = pods.filter((pod) => !hasVolume(pod, given));
    if (without.length > 0) return faulty(`created after the write, and still without the CSI volume: ${named(without)}`);
    const wanted = expected(subject, owner);
    if (pods.length < wanted) return unknown(`${pods.length} of ${wanted} pods of ${owner.kind} ${owner.name} came after the write so far`);
    const waiting = pods.filter((pod) => !pod.ready);
    if (waiting.length > 0)
      return unknown(`created after the write with the CSI volume, but not Ready yet: ${named(waiting)}${because(waiting)}`);
    return healthy(`created after the write with the CSI volume, and Ready: ${named(pods)}`);
  },
};

/** An eviction replaces one pod, a rollout all of them. */
const expected = ({ remedy }: Successor, { wanted = 1 }: Controller): number => (remedy.kind === "evict-pod" ? 1 : Math.max(1, wanted));

const because = (pods: readonly Pod[]): string => {
  const [reason] = pods.flatMap(({ waiting }) => waiting.map((each) => each.reason));
  return reason === undefined ? "" : ` (${reason})`;
};
