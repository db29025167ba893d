import { faulty, healthy, unknown } from "../../../kernel/answers.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Answer, Check, Given, Read, Successor } from "../../../kernel/types/index.ts";
import { isControlledBy } from "../../kubernetes/meta.ts";
import { isLive, type Pod } from "../../kubernetes/objects-pod.ts";
import { matches } from "../../kubernetes/selectors.ts";
import { named } from "../../named.ts";
import { controller, podsOnIn } from "../../queries/kubernetes.ts";
import { mintsOf } from "../../queries/prometheus.ts";
import { successorsOf } from "./successors.ts";

/**
 * The agents beside the new pods, all of them, have minted since the write. A workload that is idle may not ask before half of its SVID's life is
 * over, so a missing mint is owed, not a fault. Each agent is a query: on more nodes than pods may be looked at, nothing is known.
 */
export const minted: Check<Successor> = {
  id: "proof.minted",
  section: "1",
  asks: "Have the agents on the successors' nodes minted SVIDs since the write?",
  assess(subject, read, given): Answer {
    const nodes = [...new Set((successorsOf(subject, read, given)?.pods ?? []).flatMap(({ node }) => node ?? []))].sort();
    if (nodes.length === 0) return unknown("no pod that came after the write is on a node yet");
    const most = given.policy.limits.podsPerIncident;
    if (nodes.length > most) return unknown(`the new pods are on ${nodes.length} nodes, and the agents of ${most} at most are asked about`);
    const agents = agentsOn(nodes, read, given);
    if (agents.length < nodes.length)
      return unknown(`on ${nodes.length - agents.length} of ${nodes.length} nodes of the new pods there is no agent to ask about`);
    const window = Math.max(1, Math.ceil(secondsBetween(subject.since, given.now)));
    const counts = read.all(...agents.map((agent) => mintsOf(given, agent.name, window)));
    const mints = agents.map((agent, index) => ({ name: agent.name, ...sums(counts[index] ?? []) }));
    const failing = mints.filter(({ ok, other }) => ok === 0 && other > 0);
    if (failing.length > 0) return faulty(`since the write every mint has failed at ${named(failing)}`);
    const idle = mints.filter(({ ok }) => ok === 0);
    if (idle.length > 0) return unknown(`nothing was minted since the write by ${named(idle)}; an idle workload may not have asked yet`);
    return healthy(`SVIDs were minted since the write by ${named(mints)}`);
  },
};

/** The agent's own pods, by its DaemonSet: a label alone could be anybody's. */
function agentsOn(nodes: readonly string[], read: Read, { policy }: Given): readonly Pod[] {
  const { namespace, agent } = policy.installation;
  const owner = read(controller("DaemonSet", namespace, agent));
  if (!owner) return [];
  const pods = read.all(...nodes.map((node) => podsOnIn(node, namespace)));
  return pods.flatMap(
    (there) => there.find((pod) => isLive(pod) && isControlledBy(pod, owner) && matches(owner.selector, pod.labels)) ?? [],
  );
}

function sums(samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]) {
  const sum = (ok: boolean) =>
    samples.filter(({ labels }) => (labels.status_code === "ok") === ok).reduce((total, { value }) => total + value, 0);
  return { ok: sum(true), other: sum(false) };
}
