import type { Kind, OwnerKind } from "../../kernel/types/index.ts";

/** As EKS allows them, and the dots of a context's name. Never a `#` or `/`: names become parts of keys and paths. */
export const clusterName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Exact, or all that begin so; `*` alone is all. */
export const clusterPattern = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}\*?|\*)$/;
/** An instance id, a host's name or address, with or without its port. */
export const instanceName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;
/** Of an account of AWS, and of a region in any partition. */
export const accountId = /^\d{12}$/;
export const regionName = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
/** Becomes a part of functions' names, which have room for 64 characters. */
export const networkName = /^[a-z0-9](?:[-a-z0-9]{0,18}[a-z0-9])?$/;
/** Stands in a role's name for the name of the function that assumes it. */
export const functionMark = "{function}";
export const rolePattern = /^(?=.{1,58}$)[\w+=,.@-]*\{function\}[\w+=,.@-]*$/;
/** A secret of Secrets Manager by its whole ARN: without the six characters a policy of IAM would not mean it. */
export const secretArn = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
/** Of HTTP, but for those that carry credentials or are ours to say. */
export const headerName =
  /^(?!(?:host|cookie|connection|content-.*|transfer-encoding|x-amz-.*)$)(?!.*(?:auth|token|secret|passw|api-?key))[\w!#$%&'*+.^`|~-]{1,64}$/i;
/** As SPIFFE allows it. */
export const trustDomain = /^[a-z0-9._-]{1,253}$/;

// Lists of what the kernel has as types only: a member that is missing here, or too many, does not compile.
const everyKind = { "evict-pod": 1, "rollout-restart": 1, "label-pod-template": 1, "label-namespace": 1 } satisfies Record<Kind, 1>;
const everyOwnerKind = { Deployment: 1, StatefulSet: 1, DaemonSet: 1, ReplicaSet: 1, Job: 1, Pod: 1 } satisfies Record<OwnerKind, 1>;
export const kinds = Object.keys(everyKind) as readonly Kind[];
export const ownerKinds = Object.keys(everyOwnerKind) as readonly OwnerKind[];

/** Labels by which our rules say what an alert is about. */
export const placeLabels = ["namespace", "workload_kind", "workload", "pod", "container", "node", "instance_id", "trust_domain"] as const;
export type PlaceLabel = (typeof placeLabels)[number];

/** Whether a name is this one, or begins as a pattern that ends in `*` says. */
export const fits = (pattern: string, name: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
