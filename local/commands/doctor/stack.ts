import { inNetwork, otherAccount } from "../../../adapters/policy/places.ts";
import type { Capability, ClusterPlace } from "../../../kernel/types/index.ts";
import type { Seen } from "../../../lambdas/doctor/handler.ts";
import { functionName } from "../../../lib/function-name.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { faultOf } from "../../stack/faults.ts";
import { portsOf } from "../../stack/ports.ts";
import { type Stack, withStack } from "../../stack/stack.ts";
import { UsageError } from "../mistakes.ts";
import { type Check, type Line, made, unknown } from "./check.ts";
import { alarmed, allowed, type ClusterCheck, installed, type Mending, measured, reached, refused } from "./checks/cluster.ts";
import { entriesCount } from "./checks/eks.ts";
import { accountRoom, clock, functionsActive, identity, policyDeployed, stackThere } from "./checks/stack.ts";
import { doorClosed, senders, ticketsRead } from "./checks/ways.ts";
import { switchesThere, writersMayRun } from "./checks/writing.ts";
import type { Given } from "./doctor.ts";
import type { StackPorts } from "./ports.ts";
import { rightsOf } from "./rights.ts";

/** Who goes into clusters: what it is called, and with which hands. */
const visitors: readonly (readonly [id: string, capability: Capability | undefined])[] = [
  ["Diagnose", undefined],
  ["Escalate", undefined],
  ...capabilities.map((capability) => [capability, capability] as const),
];

/** Everything about a stack: from here, and of each cluster as each of its functions sees it. */
export const examineStack = (name: string, region: string | undefined, given: Given): Promise<readonly Line[]> =>
  withStack(name, region, async (stack) => {
    await mustBeThere(stack);
    return examineOver(portsOf(stack), given);
  });

/** Of what is not there nothing can be ok. Throws `UsageError`; why else the outputs cannot be read has its own line. */
const mustBeThere = (stack: Stack): Promise<unknown> =>
  stack.clusters().catch((error: unknown) => {
    if (error instanceof UsageError) throw error;
  });

export async function examineOver(ports: StackPorts, { policy, file }: Given): Promise<readonly Line[]> {
  const reason = (error: unknown) => sentence(faultOf(error, ports.region));
  const group = <P>(title: string, checks: readonly Check<P>[], over: P) => made(title, checks, over, reason);
  const clusters = await ports.clusters().catch(() => []);
  const [first] = clusters;
  const deployed = async () =>
    (await ports.probe(inNetwork("Diagnose", first && (await ports.networkOf(first))), { doctor: { cluster: first ?? "", rights: [] } }))
      .policy;
  return (
    await Promise.all([
      group(
        `stack ${ports.stack}`,
        [
          identity,
          stackThere,
          functionsActive,
          accountRoom,
          clock(policy.timing.clockSkewSeconds),
          ...(file === undefined || first === undefined ? [] : [policyDeployed(policy, file, deployed)]),
        ],
        ports,
      ),
      group("ways in and out", [senders, doorClosed, ticketsRead], ports),
      group("writing", [switchesThere, writersMayRun], ports),
      ...Object.entries(policy.clusters)
        .filter(([, place]) => otherAccount(place, policy.home) === undefined)
        .map(([cluster, place]) => group(`cluster ${cluster}, in EKS`, [entriesCount(place)], ports)),
      ...clusters.flatMap((cluster) => visitors.map((visitor) => examineAs(visitor, cluster, ports, { policy, file }, reason))),
    ])
  ).flat();
}

async function examineAs(
  [kind, capability]: (typeof visitors)[number],
  cluster: string,
  { stack, probe, networkOf }: StackPorts,
  { policy }: Given,
  reason: (error: unknown) => string,
): Promise<readonly Line[]> {
  const id = inNetwork(kind, await networkOf(cluster));
  const group = `cluster ${cluster}, as ${id}`;
  const { may, mayNot } = rightsOf(capability);
  const mending = mendingOf(functionName(stack, id), cluster, policy.clusters[cluster]);
  const everybodys: readonly ClusterCheck[] = [reached(mending), allowed(may), refused(mayNot)];
  // What is the same from wherever one looks is looked at once.
  const checks = kind === "Diagnose" ? [...everybodys, installed(policy.installation), measured(mending), alarmed(mending)] : everybodys;
  let seen: Seen;
  try {
    seen = await probe(id, { doctor: { cluster, rights: [...may, ...mayNot] } });
  } catch (error) {
    return [{ group, id: "probe", ...unknown(`${functionName(stack, id)} does not say how it sees ${cluster}: ${reason(error)}`) }];
  }
  return checks.map(({ id: check, of }) => ({ group, id: check, ...of(seen) }));
}

/** What the cluster is called in EKS, only the policy says: NAME, where none was given that has it. */
const mendingOf = (name: string, cluster: string, place: ClusterPlace | undefined): Mending => ({
  api: `is the access entry of ${name}'s role there (aws eks list-access-entries --cluster-name ${place ? `${place.eks} --region ${place.region}` : "NAME"}), and clusters.${cluster} in the policy right?`,
  prometheus: `set clusters.${cluster}.prometheus.url in the policy to an address that ${name} can reach, and deploy it`,
  alertmanager: `set clusters.${cluster}.alertmanager.url in the policy to an address that ${name} can reach, and deploy it`,
});

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
