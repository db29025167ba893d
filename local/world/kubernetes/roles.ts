import { randomUUID } from "node:crypto";
import type { Capability, Verb } from "../../../kernel/types/index.ts";
import { reads } from "../../../runbook/queries/permissions.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { qualified } from "./kinds.ts";
import { ApiError, of } from "./status.ts";

export const userNames = ["reader", "EvictWorkload", "RolloutWorkload", "LabelNamespace", "nobody", "admin"] as const;
export type UserName = (typeof userNames)[number];

/** What a request wants to do, as Kubernetes' authorizers see it. `resource` carries the subresource: `pods/log`. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}
/** As `ops/` grants it in a real cluster: what the queries ask, and for a capability what its remedies need, too. */
const verbs: Readonly<Record<Exclude<UserName, "admin">, readonly Verb[]>> = {
  reader: reads,
  nobody: [],
  EvictWorkload: [...reads, ...verbsOf("EvictWorkload")],
  RolloutWorkload: [...reads, ...verbsOf("RolloutWorkload")],
  LabelNamespace: [...reads, ...verbsOf("LabelNamespace")],
};

function verbsOf(capability: Capability): readonly Verb[] {
  return Object.values(remedies).flatMap((rule) => (rule.by === capability ? rule.verbs : []));
}

export const may = (user: UserName, { verb, group, resource }: Attributes): boolean =>
  user === "admin" || verbs[user].some((each) => each.group === group && each.verb === verb && each.resource === resource);

export function forbidden(user: UserName, { verb, group, resource, namespace, name }: Attributes): ApiError {
  const plural = resource.split("/", 1)[0] ?? resource;
  const where = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  const what = `${qualified(plural, group)}${name ? ` "${name}"` : ""}`;
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  return new ApiError({ code: 403, reason: "Forbidden", message, details: of({ plural, group }, name) });
}
export const forbiddenPath = (user: UserName, verb: string, path: string): ApiError =>
  new ApiError({ code: 403, reason: "Forbidden", message: `forbidden: User "${user}" cannot ${verb} path "${path}"`, details: {} });

export type Tokens = Readonly<Record<UserName, string>>;
export const newTokens = (): Tokens =>
  Object.fromEntries(userNames.map((user) => [user, `practice-${randomUUID()}`])) as Record<UserName, string>;
