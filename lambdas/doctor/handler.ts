import type { Review, Reviewer, Right } from "../../adapters/kubernetes/review.ts";
import type { World } from "../../kernel/ports.ts";
import type { Instant, Policy, Sha256, Source } from "../../kernel/types/index.ts";

/** In place of an incident: how things look from here. The rights to ask about are the caller's to say, who knows the rosters. */
export interface Probe {
  readonly doctor: { readonly cluster: string; readonly rights: readonly Right[] };
}
export const isProbe = (input: object): input is Probe => "doctor" in input;

/** What became of one read: `missing` where the answer is that it is not there, or that nothing has it. */
export type Found = { readonly state: "found" | "missing" } | { readonly state: "unavailable"; readonly reason: string };

const subjects = ["api", "agent", "csi", "webhook", "prometheus", "metrics", "alertmanager"] as const;
export type Subject = (typeof subjects)[number];

/** Facts as they are from here; what they mean is said by whoever asked. */
export interface Seen {
  readonly cluster: string;
  /** Version of the policy that goes with this code. */
  readonly policy: Sha256;
  readonly at: Instant;
  readonly found: Readonly<Record<Subject, Found>>;
  /** In the order of the question. */
  readonly rights: readonly (Right & { readonly is: Review })[];
}

export interface Ports {
  readonly world: World;
  readonly review: Reviewer;
  readonly policy: Policy;
  readonly clock: () => Instant;
}

/** More than there are in our rosters. */
const mostRights = 100;
const word = /^[a-z0-9./-]{0,100}$/;

/** Looks at the cluster and what watches it, and asks what we may do there. Throws for rights that are none; what cannot be had is in the answer. */
export async function examine({ doctor: { cluster, rights } }: Probe, { world, review, policy, clock }: Ports): Promise<Seen> {
  const { agent, csi, namespace, webhook } = policy.installation;
  if (rights.length > mostRights || !rights.every(isRight)) throw new TypeError("rights must be a list of {group, resource, verb}");
  const texts: Readonly<Record<Subject, readonly [Source, string]>> = {
    api: ["kubernetes", `/api/v1/namespaces/${namespace}`],
    agent: ["kubernetes", `/apis/apps/v1/namespaces/${namespace}/daemonsets/${agent}`],
    csi: ["kubernetes", `/apis/apps/v1/namespaces/${namespace}/daemonsets/${csi}`],
    webhook: ["kubernetes", `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${webhook}`],
    prometheus: ["prometheus", "count(up)"],
    metrics: ["prometheus", "count(spirl_application_info)"],
    alertmanager: ["alertmanager", "/api/v2/status"],
  };
  const [found, reviews] = await Promise.all([
    Promise.all(subjects.map(async (subject) => [subject, await look(world, ...texts[subject])] as const)),
    Promise.all(rights.map(async (right) => ({ ...right, is: await review(right) }))),
  ]);
  return {
    cluster,
    policy: policy.version,
    at: clock(),
    found: Object.fromEntries(found) as Record<Subject, Found>,
    rights: reviews,
  };
}

const isRight = (right: unknown): right is Right =>
  typeof right === "object" &&
  right !== null &&
  ["group", "resource", "verb"].every((key) => isWord((right as Readonly<Record<string, unknown>>)[key]));
const isWord = (value: unknown): boolean => typeof value === "string" && word.test(value);

async function look(world: World, source: Source, text: string): Promise<Found> {
  const observed = await world.fetch({ source, text, parse: (raw) => raw });
  if (observed.state === "unavailable") return { state: "unavailable", reason: observed.reason };
  const { value } = observed;
  return { state: value === null || (Array.isArray(value) && value.length === 0) ? "missing" : "found" };
}
