import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import type { Check, Fleet } from "../../kernel/types/index.ts";
import { controller } from "../queries/kubernetes.ts";
import { command } from "../shell.ts";

export const healthAgentsReady: Check<Fleet> = {
  id: "health.agents-ready",
  section: "Checking Overall Health",
  asks: "Is the agent Ready on every node that it is wanted on?",
  assess(_fleet, read, { policy: { installation } }) {
    const daemonSet = read(controller("DaemonSet", installation.namespace, installation.agent));
    const called = `DaemonSet ${installation.namespace}/${installation.agent}`;
    if (!daemonSet) return faulty(`${called} is not there`, { manual: "install the agents, or name them in the policy's installation" });
    const { wanted, status } = daemonSet;
    if (wanted === undefined || status.ready === undefined) return unknown(`${called} does not say how many agents it wants or has`);
    if (wanted === 0) return unknown(`${called} wants no agent on any node`);
    if (status.ready >= wanted) return healthy(`${status.ready} of ${wanted} agents are Ready`);
    return faulty(`${wanted - status.ready} of ${wanted} agents are not Ready`, {
      see: "agent-restarts",
      manual: command`kubectl -n ${installation.namespace} get pods -o wide; kubectl -n ${installation.namespace} describe daemonset ${installation.agent}`,
    });
  },
};
