import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Read, Remedy } from "../../kernel/types/index.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { nodes, podsIn } from "../queries/kubernetes.ts";
import { podsOf } from "./pods-of.ts";

/** An injected Fargate pod never starts: Fargate refuses the volume. Neither a label nor a restart may lead there. */
export const fargate: Guard = {
  id: "fargate",
  asks: "Would this reach pods on Fargate, which could not start with the volume?",
  rule({ remedy, undoing }, read) {
    // Without the label again, they start.
    if (undoing) return allow;
    const machines = new Map(read(nodes()).map((node) => [node.name, node]));
    const found = reached(remedy, read).flatMap((pod) => {
      const sign = fargateSign(pod, machines.get(pod.node ?? ""));
      return sign ? [`${pod.name} (${sign})`] : [];
    });
    const [first] = found;
    return first ? deny(`${found.length === 1 ? first : `${first} and ${found.length - 1} more`} would not start with the volume`) : allow;
  },
};

const reached = (remedy: Remedy, read: Read): readonly Pod[] =>
  remedy.kind === "label-namespace" ? read(podsIn(remedy.target.name)).filter(isLive) : podsOf(remedy, read);
