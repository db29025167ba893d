import { secondsBetween } from "../../kernel/time.ts";
import type { Diagnosis, Given, Instant, Query, Read } from "../../kernel/types/index.ts";
import { isLive } from "../kubernetes/objects-pod.ts";
import { controller, pod, podsIn } from "../queries/kubernetes.ts";
import { podLog } from "../queries/logs.ts";

/** Agents whose logs go into one ticket at most: a person reads no more. How much of each, whoever reads bounds, and says where it was cut. */
const agentsPerTicket = 5;

/**
 * The logs of the agents on the nodes that the findings are about, from `since` until now (runbook, "Escalation": at least 15 minutes before and after
 * the incident), of all containers that go on running. Where no node can be told, of the agents that are not Ready, else of any one.
 */
export function agentLogs(
  diagnosis: Diagnosis | undefined,
  read: Read,
  { policy, now }: Given,
  since: Instant,
): readonly Query<string | undefined>[] {
  const { namespace, agent } = policy.installation;
  const owner = read(controller("DaemonSet", namespace, agent));
  if (!owner) return [];
  const agents = read(podsIn(namespace)).filter((one) => isLive(one) && one.ownerReferences.some(({ uid }) => uid === owner.uid));
  const nodes = new Set(nodesOf(diagnosis, read));
  const near = agents.filter((one) => one.node !== undefined && nodes.has(one.node));
  const ailing = agents.filter((one) => !one.ready);
  const chosen = near.length > 0 ? near : ailing.length > 0 ? ailing : agents.slice(0, 1);
  const sinceSeconds = Math.max(1, Math.ceil(secondsBetween(since, now)));
  return chosen
    .slice(0, agentsPerTicket)
    .flatMap(({ name, spec }) =>
      spec.containers.filter(({ init }) => !init).map((container) => podLog(namespace, name, container.name, { sinceSeconds })),
    );
}

const nodesOf = (diagnosis: Diagnosis | undefined, read: Read): readonly string[] =>
  (diagnosis?.findings ?? []).flatMap(({ subject }) => {
    if (subject.on === "agent") return [subject.node];
    if (subject.on !== "workload" || subject.pod === undefined) return [];
    const seen = read.maybe(pod(subject.namespace, subject.pod));
    return seen.state === "observed" && seen.value?.node ? [seen.value.node] : [];
  });
