import { clusterName, instanceName, ownerKinds, type PlaceLabel, trustDomain } from "../../adapters/policy/names.ts";
import { dnsLabel, dnsSubdomain } from "../../kernel/names.ts";
import type { OwnerKind, Scope } from "../../kernel/types/index.ts";
import type { Look } from "./labels.ts";

/** What an alert can say that it is about. An agent is one pod. */
export type Wanted = Scope["of"] | "agent";
/** By which labels each scope is named. Others are not kept. */
export const named: Readonly<Record<Wanted, readonly PlaceLabel[]>> = {
  owner: ["namespace", "workload_kind", "workload", "pod"],
  agent: ["namespace", "pod", "container", "node"],
  namespace: ["namespace"],
  node: ["node"],
  host: ["instance_id"],
  cluster: ["trust_domain"],
};
export const scopes = Object.keys(named) as readonly Wanted[];

const aName = "must be a name as Kubernetes has them: lower-case letters, digits and hyphens";
/** What the value of each label must be, and how to say so. */
export const rules: Readonly<Record<PlaceLabel | "cluster", readonly [RegExp, string]>> = {
  cluster: [clusterName, "must be the name of a cluster: letters, digits, dots, hyphens and underscores, at most 100"],
  namespace: [dnsLabel, `${aName}, at most 63`],
  workload: [dnsSubdomain, `${aName} and dots, at most 253`],
  workload_kind: [new RegExp(`^(?:${ownerKinds.join("|")})$`), `must be one of ${ownerKinds.join(", ")}`],
  pod: [dnsSubdomain, `${aName} and dots, at most 253`],
  container: [dnsLabel, `${aName}, at most 63`],
  node: [dnsSubdomain, `${aName} and dots, at most 253`],
  instance_id: [instanceName, "must be an instance's id, or a host's name or address"],
  trust_domain: [trustDomain, "must be a trust domain: lower-case letters, digits, dots, hyphens and underscores"],
};

/** Where no scope is named: what the labels are about, if that is one thing. */
export function widest(look: Look): Wanted {
  const about: readonly (Wanted | undefined)[] = [
    (look("workload") ?? look("pod")) ? "owner" : undefined,
    look("node") ? "node" : undefined,
    look("instance_id") ? "host" : undefined,
  ];
  const [only, ...others] = about.filter((one) => one !== undefined);
  if (only === undefined) return look("namespace") ? "namespace" : "cluster";
  return others.length > 0 ? "cluster" : only;
}

/** The scope that the labels name; the next wider one where they do not say enough. */
export function scopeOf(
  wanted: Wanted,
  { namespace, workload, workload_kind, pod, node, instance_id }: Partial<Record<PlaceLabel, string>>,
): Scope {
  const cluster: Scope = { of: "cluster" };
  const thePod: Scope | undefined = namespace && pod ? { of: "owner", namespace, kind: "Pod", name: pod } : undefined;
  switch (wanted) {
    case "owner":
      if (namespace && workload && workload_kind) return { of: "owner", namespace, kind: workload_kind as OwnerKind, name: workload };
      return thePod ?? (namespace ? { of: "namespace", namespace } : cluster);
    case "agent":
      return thePod ?? cluster;
    case "namespace":
      return namespace ? { of: "namespace", namespace } : cluster;
    case "node":
      return node ? { of: "node", node } : cluster;
    case "host":
      return instance_id ? { of: "host", instance: instance_id } : cluster;
    case "cluster":
      return cluster;
  }
}
