import { type ApiServer, describeCluster } from "../../adapters/eks/describe.ts";
import { roleThere } from "../../adapters/policy/places.ts";
import type { Service } from "../../adapters/sigv4/send.ts";
import type { Credentials } from "../../adapters/sigv4/sign.ts";
import { assumeRole } from "../../adapters/sts/assume-role.ts";
import type { ClusterPlace } from "../../kernel/types/index.ts";

export interface Entering {
  readonly place: ClusterPlace;
  /** The incident's id: in the cluster's audit log it is who was there. */
  readonly session: string;
  /** The function's name, as roles in other accounts have it. */
  readonly by: string;
  /** ARN of the role that only this function may assume: it is who stands in the access entries. */
  readonly inside: string;
  readonly asItself: (region?: string) => Service;
}

/** In whose name a function goes into a cluster: as its role inside, and where the cluster's account wants a role of its own, from there as that one. */
export async function credentialsInside({ place, session, by, inside, asItself }: Entering): Promise<Credentials> {
  const itself = asItself();
  const credentials = await assumeRole({ role: inside, session }, itself);
  const there = roleThere(place, by);
  if (there === undefined) return credentials;
  const { externalId } = place.access;
  const role = arnThere(inside, place.account ?? "", there);
  return assumeRole({ role, session, ...(externalId === undefined ? {} : { externalId }) }, { ...itself, credentials });
}

/** In the account's partition, which is ours. */
const arnThere = (inside: string, account: string, role: string): string => `arn:${inside.split(":")[1]}:iam::${account}:role/${role}`;

/** Where the API server is: EKS tells it in our own account to the function itself, in another to the role there. */
export async function apiServer(entering: Entering): Promise<ApiServer> {
  const { place, by, asItself } = entering;
  const itself = asItself(place.region);
  const credentials = roleThere(place, by) === undefined ? itself.credentials : await credentialsInside(entering);
  return describeCluster(place.eks, { ...itself, credentials });
}
