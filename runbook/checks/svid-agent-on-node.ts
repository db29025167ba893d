import { faulty, healthy, notApplicable } from "../../kernel/answers.ts";
import type { Check, Workload } from "../../kernel/types/index.ts";
import { fargateSign } from "../kubernetes/fargate.ts";
import { agentOn } from "./on-node.ts";
import { nodeOf, onPod, titleOf } from "./workload.ts";

/** The agent's pod must be Ready on exactly the workload's node. */
export const svidAgentOnNode: Check<Workload> = {
  id: "svid.agent-on-node",
  section: "1, check 1, step 5",
  asks: "Is the agent Ready on the workload's node?",
  assess: (subject, read, given) =>
    onPod(subject, read, (pod) => {
      if (!pod.node) return notApplicable(`${titleOf(pod)} has no node yet`);
      if (fargateSign(pod, nodeOf(pod, read))) return notApplicable("Fargate runs no DaemonSets, so there is no agent to look for");
      const agent = agentOn(pod.node, read, given);
      return agent.is === "ready" ? healthy(`agent ${agent.name} is Ready on ${pod.node}`) : faulty(agent.says, agent.then);
    }),
};
