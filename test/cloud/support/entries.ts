import type { Policy } from "../../../kernel/types/index.ts";
import { deployed, ofType, text } from "../../unit/lib/deployed.ts";
import type { Deployment } from "./deployment.ts";
import type { Entries } from "./eks-authenticator.ts";

export interface Roles {
  /** Physical names of the roles that functions have inside of the cluster, by the functions' names. */
  readonly of: Readonly<Record<string, string>>;
  readonly entries: Entries;
}

/** The access entries of our own template, which the emulator does not take, with the roles' names as they were deployed. */
export function accessEntries(policy: Policy, { nameOf }: Pick<Deployment, "nameOf">): Roles {
  const all = ofType(deployed({ policy }), "AWS::EKS::AccessEntry").map(([, { Properties }]) => {
    const logical = /\{(\w+Inside)[0-9A-F]{8}\.Arn\}/.exec(text(Properties.PrincipalArn))?.[1] ?? "";
    const name = logical.replace(/^Functions(\w+)Inside$/, "$1");
    return { name, role: nameOf(logical), groups: Properties.KubernetesGroups as readonly string[] };
  });
  return {
    of: Object.fromEntries(all.map(({ name, role }) => [name, role])),
    entries: new Map(all.map(({ role, groups }) => [role, groups])),
  };
}

/** The function whose role has this user of the API server. */
export const functionBehind = (of: Roles["of"], user: string): string | undefined =>
  Object.keys(of).find((name) => user.startsWith(`arn:aws:sts::000000000000:assumed-role/${of[name]}/`));
