import {
  aCsiNode,
  aDaemonSet,
  aDeployment,
  aNamespace,
  aNode,
  anEndpointSlice,
  aPod,
  aReplicaSet,
  aService,
  aStatefulSet,
  aWebhook,
  type Change,
  label,
  merged,
  ownedBy,
  type Raw,
} from "./objects.ts";

const systemPod = (daemonSet: Raw, node: string): Raw =>
  aPod({
    metadata: {
      name: `${daemonSet.metadata.name}-${node}`,
      namespace: "spirl-system",
      labels: { app: daemonSet.metadata.name },
      ...ownedBy(daemonSet),
    },
    spec: { nodeName: node },
  });

/** What the vendor's chart installs, on these nodes: webhook, agents, CSI driver. */
export function anInstallation(nodes: readonly string[] = ["node-1", "node-10"]): readonly Raw[] {
  const [agent, csi] = [aDaemonSet(), aDaemonSet({ metadata: { name: "spiffe-csi-driver" } })];
  return [
    aWebhook(),
    aService(),
    anEndpointSlice(),
    agent,
    csi,
    ...nodes.flatMap((name) => [
      aNode({ metadata: { name } }),
      aCsiNode({ metadata: { name } }),
      systemPod(agent, name),
      systemPod(csi, name),
    ]),
  ];
}

export interface Parts {
  readonly deployment?: Change;
  readonly pod?: Change;
}
/** Deployment checkout of payments with its ReplicaSet and one pod, without the volume. `deployment` also changes the ReplicaSet's template. */
export function checkout({ deployment = {}, pod = {} }: Parts = {}): readonly Raw[] {
  const top = aDeployment(deployment);
  const set = aReplicaSet({ spec: { template: (top.spec as Change).template }, metadata: ownedBy(top) });
  const labels = { app: "checkout", [label]: "enabled", "pod-template-hash": "7d4f" };
  return [top, set, aPod(merged({ metadata: { ...ownedBy(set), labels } }, pod))];
}

/** StatefulSet ledger of payments with one pod, without the volume. */
export function ledger(pod: Change = {}): readonly Raw[] {
  const set = aStatefulSet();
  return [set, aPod(merged({ metadata: { name: "ledger-0", ...ownedBy(set), labels: { app: "ledger", [label]: "enabled" } } }, pod))];
}

/** The list with these objects in place of those of the same kind and name. */
export function withThese(objects: readonly Raw[], ...changed: readonly Raw[]): readonly Raw[] {
  const id = ({ kind, metadata: { namespace, name } }: Raw) => `${kind}/${namespace ?? ""}/${name}`;
  const ids = new Set(changed.map(id));
  return [...objects.filter((object) => !ids.has(id(object))), ...changed];
}
export const without = (objects: readonly Raw[], kind: string, name?: string): readonly Raw[] =>
  objects.filter((object) => object.kind !== kind || (name !== undefined && object.metadata.name !== name));

/** All of it with one namespace: what an incident of `checkout` is looked at in. */
export const aWorld = (...objects: readonly Raw[]): readonly Raw[] => [...anInstallation(), aNamespace(), ...objects];
