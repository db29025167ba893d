import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Remedy } from "../../kernel/types/index.ts";

/** The namespace that a remedy reaches into: its target's, or the target itself. */
export const namespaceOf = ({ target }: Remedy): string => (target.kind === "Namespace" ? target.name : target.namespace);

export const protectedNamespaces: Guard = {
  id: "protected-namespaces",
  asks: "Is this a namespace that is never written to?",
  rule({ policy, remedy }) {
    const namespace = namespaceOf(remedy);
    if (!namespace) return deny("the remedy names no namespace");
    const rule = policy.protectedNamespaces.find((name) =>
      name.endsWith("*") ? namespace.startsWith(name.slice(0, -1)) : namespace === name,
    );
    return rule ? deny(`${namespace} is protected by the policy (${rule})`) : allow;
  },
};
