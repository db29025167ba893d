import type { Sha256 } from "./basics.ts";
import type { OwnerKind, ScenarioId } from "./incident.ts";
import type { Kind } from "./remedy.ts";

export const modes = ["off", "observe", "approve", "auto"] as const;
/** How far the system may go by itself, in rising order. */
export type Mode = (typeof modes)[number];

/** A workload (or, without `kind` and `name`, a whole namespace) that a person has said must have an identity. */
export interface Expected {
  readonly cluster?: string;
  readonly namespace: string;
  readonly kind?: OwnerKind;
  readonly name?: string;
}
/** Alerts by rules that are not ours: matchers on labels, and what they mean here. */
export interface AlertMapping {
  readonly match: Readonly<Record<string, string>>;
  readonly scenario: ScenarioId;
  readonly scope: "owner" | "namespace" | "node" | "host" | "cluster";
  /** Our label names to theirs, such as `{ workload: "deployment" }`. */
  readonly labels: Readonly<Record<string, string>>;
}
export interface Limits {
  /** Share (0 to 1) of the fleet from which on, above the floor, a fault is the fleet's and not one member's. */
  readonly fleetShare: number;
  readonly fleetFloor: number;
  /** Share (0 to 1) of the cluster's pods, and number of pods, that one write may touch. */
  readonly blastShare: number;
  readonly blastPods: number;
  readonly changesPerHour: number;
  readonly cooldownSeconds: number;
  /** Failed proofs of one kind in a cluster that open the breaker. */
  readonly breakerAfter: number;
  readonly rounds: number;
  readonly ageSeconds: number;
  /** Evidence older than this is not acted upon. */
  readonly freshSeconds: number;
  /** Below this many requests in a window a share says nothing. */
  readonly minimumRequests: number;
  readonly podsPerIncident: number;
}
export interface Timing {
  readonly approvalSeconds: number;
  /** A denial that passes later than this becomes a ticket instead of a wait. */
  readonly longestWaitSeconds: number;
  /** Logs after the incident are added to the ticket once this has passed. */
  readonly logsAfterSeconds: number;
  readonly lookAgainSeconds: number;
  readonly leaseSeconds: number;
  /** `writeBefore` of a permit, the request's timeout and the clocks' skew: together shorter than the lease. */
  readonly writeWithinSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly clockSkewSeconds: number;
  /** A closed incident's key rests for this long before the next generation acts. */
  readonly pauseSeconds: number;
  /** Factor on each remedy's settle and proof windows (1 in production). */
  readonly settleFactor: number;
}
/** Where the watched installation is (domain defaults of the vendor's chart). */
export interface Installation {
  readonly namespace: string;
  readonly agent: string;
  readonly csi: string;
  readonly driver: string;
  readonly webhook: string;
  /** Label of agent series that names the pod. */
  readonly podLabel: string;
}
/** In which ways a server lets us in: as anybody, by a signature of AWS, by a token, by a name and a password. */
export const authentications = ["none", "sigv4", "bearer", "basic"] as const;
export type Authentication = (typeof authentications)[number];

/** A server that watches a cluster, and how it lets us in. */
export interface Monitor {
  readonly url: string;
  readonly auth: {
    readonly by: Authentication;
    /** ARN in Secrets Manager, for a token or a name and password: the policy itself holds no secret. */
    readonly secret?: string;
    /** Of the workspace, where that is of another account than the stack. */
    readonly account?: string;
  };
  /** With every request, such as a tenant's name. No secrets. */
  readonly headers: Readonly<Record<string, string>>;
}
/** How the functions get into a cluster. */
export interface ClusterAccess {
  /** Whether the access entries are ours to make, or are given by whoever owns the cluster. */
  readonly entries: "made" | "given";
  /** Name of the role in the cluster's account that each function assumes; `{function}` in it stands for the function's name. */
  readonly role?: string;
  readonly externalId?: string;
}
/** Where a cluster is, how the deployed functions get there, and what watches it. */
export interface ClusterPlace {
  readonly region: string;
  /** Its name in EKS. */
  readonly eks: string;
  /** Where that is another one than the stack's. */
  readonly account?: string;
  /** One of the policy's networks; without it the API server is reached over the internet. */
  readonly network?: string;
  readonly access: ClusterAccess;
  /** Address and CA (base64 PEM) of its API server; without them EKS is asked. */
  readonly endpoint?: string;
  readonly ca?: string;
  readonly prometheus?: Monitor;
  readonly alertmanager?: Monitor;
}
/** A place in a VPC, of the stack's own account and region, from which functions go to clusters. */
export interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Of the subnets, in their order. */
  readonly availabilityZones: readonly string[];
}
/** How long things are kept, in days. */
export interface Retention {
  readonly auditLogDays: number;
  /** Of the logs of functions, workflow and API. */
  readonly logDays: number;
  /** For so long nothing in the archive can be deleted or changed. */
  readonly lockDays: number;
  /** After so many days it moves to cheaper storage, from which it is still read at once. */
  readonly coldAfterDays: number;
}
/** The reviewed configuration, as data. Its version is the digest of the rest, and stands in every incident. */
export interface Policy {
  readonly version: Sha256;
  /** Where the stack itself is; only asked for where a cluster is somewhere else. */
  readonly home?: { readonly account: string; readonly region: string };
  /** By name. On one machine the command line says where the cluster is, and this is not asked. */
  readonly clusters: Readonly<Record<string, ClusterPlace>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly mode: {
    /** For clusters that are not named. */
    readonly default: Mode;
    readonly clusters: Readonly<Record<string, Mode>>;
    readonly scenarios: Readonly<Partial<Record<ScenarioId, Mode>>>;
    readonly remedies: Readonly<Partial<Record<Kind, Mode>>>;
  };
  readonly expected: readonly Expected[];
  /** Exact names, or a prefix that ends in `*`. */
  readonly protectedNamespaces: readonly string[];
  readonly approvers: readonly string[];
  readonly alerts: readonly AlertMapping[];
  readonly limits: Limits;
  readonly timing: Timing;
  readonly installation: Installation;
  /** Who hears of tickets: addresses that subscribe to the stack's topic. */
  readonly desk: { readonly email: readonly string[] };
  readonly retention: Retention;
  /** By name of the cluster: labels that its series carry, where one Prometheus holds several clusters. */
  readonly series: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
