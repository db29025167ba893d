import { own } from "../../kernel/own.ts";
import type { ClusterPlace, Policy } from "../../kernel/types/index.ts";
import { functionMark } from "./names.ts";

/** What is there once for each network bears its name: functions, and the workflow. What is outside of all networks has the plain name. */
export const inNetwork = (name: string, network?: string): string => (network === undefined ? name : `${name}-${network}`);

/** Where the policy says that a cluster is, by the name that alerts carry. */
export const placeOf = ({ clusters }: Pick<Policy, "clusters">, cluster: string): ClusterPlace | undefined => own(clusters, cluster);

/** The cluster's account, where it is not the stack's. */
export const otherAccount = ({ account }: ClusterPlace, home: Policy["home"]): string | undefined =>
  account === home?.account ? undefined : account;

/** Name of the role that one function assumes in the cluster's account. */
export const roleThere = ({ access }: ClusterPlace, functionName: string): string | undefined =>
  access.role?.replace(functionMark, functionName);

/** From where functions go to clusters: from outside any VPC in any case (also for clusters that nobody named), and from each network that a cluster names. */
export function networksIn({ clusters }: Pick<Policy, "clusters">): readonly (string | undefined)[] {
  const named = Object.values(clusters).flatMap(({ network }) => (network === undefined ? [] : [network]));
  return [undefined, ...[...new Set(named)].sort()];
}

export interface Workspace {
  readonly region: string;
  readonly id: string;
}
/** The workspace of Amazon Managed Service for Prometheus behind a URL (its user guide, "Prometheus-compatible APIs"); undefined where it is none. */
export function workspaceOf(url: string): Workspace | undefined {
  const [, region, id] = workspace.exec(url) ?? [];
  return region && id ? { region, id } : undefined;
}
const workspace =
  /^https:\/\/(?:[a-z0-9-]+\.)?aps-workspaces(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?\/workspaces\/(ws-[0-9a-f-]{36})(?:\/|$)/;
