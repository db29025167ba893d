import { parse } from "@bufbuild/cel";
import { sha256 } from "../../kernel/digest.ts";
import { bounded, mostTurns } from "./cel-bounds.ts";
import { celBlindSpot } from "./cel-visible.ts";
import type { OwnerReference } from "./meta.ts";
import type { Newcomer } from "./newcomer.ts";
import type { MatchCondition } from "./objects-webhook.ts";

export type Truth = { readonly is: true } | { readonly is: false } | { readonly is: "unknown"; readonly says: string };

/**
 * The match conditions of a webhook, compiled, to be evaluated in their order for the creation of a pod. Whatever is not known beforehand (who asks,
 * what they may do, what other plugins add) or cannot be evaluated here is `unknown`, never false. Pods that carry the same, as those of one template
 * do, are evaluated once.
 */
export function compiled(conditions: readonly MatchCondition[]): (newcomer: Newcomer) => readonly Truth[] {
  if (conditions.length === 0) return () => [];
  const all = conditions.map(condition);
  const known = new Map<string, readonly Truth[]>();
  return (newcomer) => {
    const visible = seen(newcomer);
    // Not the text itself: a pod may carry 256 KiB of annotations.
    const same = sha256(JSON.stringify(visible));
    const truths = known.get(same) ?? all.map((evaluate) => evaluate(visible));
    known.set(same, truths);
    return truths;
  };
}

function condition({ name, expression }: MatchCondition): (visible: ReturnType<typeof seen>) => Truth {
  const unknown = (why: string): Truth => ({ is: "unknown", says: `match condition ${name} cannot be computed: ${why}` });
  try {
    const parsed = parse(expression);
    const blind = celBlindSpot(parsed.expr);
    if (blind) return () => unknown(blind);
    const evaluate = bounded(parsed);
    return (visible) => {
      const value = evaluate({ object: mapped(visible.object), oldObject: visible.oldObject, request: mapped(visible.request) });
      if (value === undefined) return unknown(`its loops take more than ${mostTurns} turns over what the pod carries`);
      if (typeof value === "boolean") return { is: value };
      return unknown(value instanceof Error ? value.message.slice(0, 120) : "it is neither true nor false");
    };
  } catch {
    return () => unknown("its expression uses something that is not understood here");
  }
}

type Field = string | boolean | null | undefined | readonly Field[] | { readonly [name: string]: Field };
type Value = string | boolean | null | Map<string, Value> | Value[];

/** Only what `celBlindSpot` lets through. Go leaves out what is empty, so that `has()` is false there. */
const seen = ({ namespace, labels, annotations, ownerReferences, spec }: Newcomer) => ({
  object: {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace,
      labels: Object.keys(labels).length > 0 ? labels : undefined,
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
      ownerReferences: ownerReferences.length > 0 ? ownerReferences.map(asReference) : undefined,
    },
    spec: {
      schedulerName: spec.schedulerName ?? "default-scheduler",
      serviceAccountName: spec.serviceAccountName ?? "default",
      restartPolicy: spec.restartPolicy ?? "Always",
      runtimeClassName: spec.runtimeClassName,
      hostNetwork: spec.hostNetwork || undefined,
      hostPID: spec.hostPID || undefined,
      hostIPC: spec.hostIPC || undefined,
    },
  },
  oldObject: null,
  request: {
    operation: "CREATE",
    namespace,
    kind: { ...pods, kind: "Pod" },
    resource: { ...pods, resource: "pods" },
  },
});
const asReference = ({ controller, ...rest }: OwnerReference) => ({ ...rest, controller: controller || undefined });
const pods = { group: "", version: "v1" };

/** Fields as Maps, whose keys are only their own: `constructor` is a legal label. What is undefined is not there. */
function mapped(field: Exclude<Field, undefined>): Value {
  if (field === null || typeof field !== "object") return field;
  const there = (part: Field): part is Exclude<Field, undefined> => part !== undefined;
  if (Array.isArray(field)) return field.filter(there).map(mapped);
  return new Map(Object.entries(field).flatMap(([name, part]) => (there(part) ? [[name, mapped(part)] as const] : [])));
}
