import { faulty, healthy, unknown } from "../../../kernel/answers.ts";
import type { Answer, Check, Successor } from "../../../kernel/types/index.ts";
import type { Pod } from "../../kubernetes/objects-pod.ts";
import { named } from "../../named.ts";
import { hasVolume, ownerOf, successorsOf } from "./successors.ts";

/** The pods that the write was to bring have the volume, and run. Those from before it prove nothing. */
export const injected: Check<Successor> = {
  id: "proof.injected",
  section: "1",
  asks: "Do the pods that were created since the write have the CSI volume, and are they Ready?",
  assess(subject, read, given): Answer {
    const successors = successorsOf(subject, read, given);
    if (!successors) return unknown(`${ownerOf(subject.remedy).kind} ${ownerOf(subject.remedy).name} is not there any more`);
    const { owner, pods, wanted } = successors;
    if (pods.length === 0) return unknown(`${owner.kind} ${owner.name} has not made a pod since the write`);
    const without = pods.filter((pod) => !hasVolume(pod, given));
    if (without.length > 0) return faulty(`made anew, and still without the CSI volume: ${named(without)}`);
    if (pods.length < wanted) return unknown(`${pods.length} of ${wanted} pods of ${owner.kind} ${owner.name} were made anew so far`);
    const waiting = pods.filter((pod) => !pod.ready);
    if (waiting.length > 0) return unknown(`made anew with the CSI volume, but not Ready yet: ${named(waiting)}${because(waiting)}`);
    return healthy(`made anew with the CSI volume, and Ready: ${named(pods)}`);
  },
};

const because = (pods: readonly Pod[]): string => {
  const [reason] = pods.flatMap(({ waiting }) => waiting.map((each) => each.reason));
  return reason === undefined ? "" : ` (${reason})`;
};
