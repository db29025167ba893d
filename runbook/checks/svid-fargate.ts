import { faulty, healthy } from "../../kernel/answers.ts";
import type { Check, Workload } from "../../kernel/types/index.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { nodeOf, onPod, titleOf } from "./workload.ts";

/** Before any labelling: a Fargate pod that gets the volume never starts. */
export const svidFargate: Check<Workload> = {
  id: "svid.fargate",
  section: "1, check 1, step 5",
  asks: "Can a CSI driver run where the pod runs, or is that Fargate?",
  assess: (subject, read) =>
    onPod(subject, read, (pod) => {
      const sign = fargateSign(pod, nodeOf(pod, read));
      if (!sign) return healthy(`${titleOf(pod)} is not on Fargate`);
      return faulty(`${titleOf(pod)} is on Fargate (${sign}): no DaemonSets run there, so no socket can be delivered`, {
        manual:
          "do not label it, for with the volume it could not start; move it to nodes that run DaemonSets, or ask Defakto support for another way to integrate",
      });
    }),
};
