import type { ClusterPlace, Monitor, Policy } from "../../kernel/types/index.ts";
import { otherAccount, workspaceOf } from "./places.ts";
import type { Path, Wrong } from "./problems.ts";

type Places = Pick<Policy, "home" | "clusters" | "networks">;

/** What must hold between clusters, networks and the stack's own place. */
export function misplaced(policy: Places): readonly Wrong[] {
  const { clusters, networks } = policy;
  return [
    ...Object.entries(networks).flatMap(([name, { subnets, availabilityZones }]) =>
      unless(
        subnets.length === availabilityZones.length,
        ["networks", name, "availabilityZones"],
        `must be as many as the subnets (${subnets.length}), in their order`,
      ),
    ),
    ...Object.entries(clusters).flatMap(([name, place]) => wrongAt(["clusters", name], place, policy)),
    ...twice(policy),
    ...lostFromHome(policy),
    ...rolesMadeTwice(policy),
  ];
}

const unless = (holds: boolean, path: Path, says: string): readonly Wrong[] => (holds ? [] : [{ path, says }]);

function wrongAt(at: Path, place: ClusterPlace, policy: Places): readonly Wrong[] {
  const { network, endpoint, ca, prometheus, alertmanager, access } = place;
  const known = Object.keys(policy.networks);
  const other = otherAccount(place, policy.home);
  return [
    ...unless(
      network === undefined || known.includes(network),
      [...at, "network"],
      `must be one of the networks: ${known.length > 0 ? `there are ${known.join(", ")}` : "there are none"}`,
    ),
    ...unless(
      ca === undefined || endpoint !== undefined,
      [...at, "ca"],
      "must come with endpoint, or be left out: then EKS is asked for both",
    ),
    ...unless(
      ca !== undefined || !endpoint?.startsWith("https:"),
      [...at, "endpoint"],
      "must come with ca, by which the API server is known, or be left out: then EKS is asked for both",
    ),
    ...unless(endpoint === undefined || !inTheClear(endpoint), [...at, "endpoint"], "must be https, for tokens are sent there"),
    ...unless(
      other === undefined || access.role !== undefined || endpoint !== undefined,
      [...at, "access"],
      `must have a role in account ${other}, or the cluster its endpoint and ca: EKS answers nobody from another account`,
    ),
    ...unless(
      other !== undefined || access.role === undefined,
      [...at, "access", "role"],
      "must be left out: the cluster is in the stack's own account",
    ),
    ...unless(access.role !== undefined || access.externalId === undefined, [...at, "access", "externalId"], "must come with role"),
    ...(prometheus ? wrongMonitor([...at, "prometheus"], prometheus, policy.home) : []),
    ...(alertmanager ? wrongMonitor([...at, "alertmanager"], alertmanager, policy.home) : []),
  ];
}

function wrongMonitor(at: Path, { url, auth: { by, secret, account } }: Monitor, home: Places["home"]): readonly Wrong[] {
  const fromSecret = by === "bearer" || by === "basic";
  return [
    ...unless(
      fromSecret === (secret !== undefined),
      [...at, "auth"],
      fromSecret ? `must have a secret, for it is ${by}` : `must have no secret, for it is ${by}`,
    ),
    ...unless(!fromSecret || !inTheClear(url), [...at, "url"], `must be https, for what is in the secret is sent there`),
    ...unless(
      secret === undefined || home === undefined || secret.split(":")[4] === home.account,
      [...at, "auth", "secret"],
      `must be of the stack's own account ${home?.account}: others' are encrypted by keys that the functions may not use`,
    ),
    ...unless(account === undefined || by === "sigv4", [...at, "auth", "account"], "must come with by: sigv4"),
    ...unless(
      by !== "sigv4" || workspaceOf(url) !== undefined,
      [...at, "url"],
      "must be that of a workspace, for auth is sigv4: https://aps-workspaces.<region>.amazonaws.com/workspaces/ws-...",
    ),
  ];
}

/** On loopback nobody reads along. */
const inTheClear = (url: string): boolean => /^http:\/\/(?!(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$))/.test(url);

/** Each cluster has one lease. By two names it would have two, and be written to twice at once. */
function twice(policy: Places): readonly Wrong[] {
  const seen = new Map<string, string>();
  return Object.entries(policy.clusters).flatMap(([name, place]) => {
    const key = JSON.stringify([otherAccount(place, policy.home), place.region, place.eks]);
    const first = seen.get(key);
    seen.set(key, first ?? name);
    return unless(first === undefined, ["clusters", name], `must be another cluster than ${first}: one cluster has one name`);
  });
}

/** Access entries belong to their cluster's region, and trust to an account: both must be known before anything is deployed. */
function lostFromHome({ home, clusters }: Places): readonly Wrong[] {
  const places = Object.entries(clusters);
  const [abroad] = places.find(([, { account }]) => account !== undefined) ?? [];
  const regions = [...new Set(places.map(([, { region }]) => region))].sort();
  return [
    ...unless(
      home !== undefined || abroad === undefined,
      ["home"],
      `must say account and region of the stack, for clusters.${abroad} names an account`,
    ),
    ...unless(
      home !== undefined || abroad !== undefined || regions.length < 2,
      ["home"],
      `must say account and region of the stack, for its clusters are in ${regions.join(", ")}`,
    ),
  ];
}

/** For each account and region there is a stack of its own, which makes the roles that clusters there name. Names of roles are an account's, not a region's. */
function rolesMadeTwice(policy: Places): readonly Wrong[] {
  const first = new Map<string, readonly [name: string, place: ClusterPlace]>();
  return Object.entries(policy.clusters).flatMap(([name, place]) => {
    const { access, region } = place;
    if (access.role === undefined || access.entries === "given") return [];
    const key = JSON.stringify([otherAccount(place, policy.home), access.role]);
    const [other, others] = first.get(key) ?? [name, place];
    first.set(key, [other, others]);
    return [
      ...unless(
        others.region === region,
        ["clusters", name, "access", "role"],
        `must be another than that of ${other}, which is in ${others.region}: each region's stack makes its own`,
      ),
      ...unless(
        others.access.externalId === access.externalId,
        ["clusters", name, "access", "externalId"],
        `must be that of ${other}: they have one role`,
      ),
    ];
  });
}
