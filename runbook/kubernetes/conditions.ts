import { celEnv, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { celBlindSpot } from "./cel-visible.ts";
import type { Newcomer } from "./newcomer.ts";
import type { MatchCondition } from "./objects-webhook.ts";

export type Truth = { readonly is: true } | { readonly is: false } | { readonly is: "unknown"; readonly says: string };

type Value = string | boolean | null | Map<string, Value> | Value[];
type Evaluate = (newcomer: Newcomer) => Truth;

/**
 * One match condition of a webhook, compiled, to be evaluated for the creation of a pod. Whatever is not known beforehand (who asks, what they
 * may do, what other plugins add) or cannot be evaluated here is `unknown`, never false.
 */
export function compiled({ name, expression }: MatchCondition): Evaluate {
  const unknown = (why: string): Truth => ({ is: "unknown", says: `match condition ${name} cannot be computed: ${why}` });
  try {
    const parsed = parse(expression);
    const blind = celBlindSpot(parsed.expr);
    if (blind) return () => unknown(blind);
    const evaluate = plan(celEnv({ funcs: strings }), parsed);
    return (newcomer) => {
      if (entriesOf(newcomer) > mostEntries) return unknown(`the pod has more than ${mostEntries} labels, annotations and owners`);
      const value = evaluate({ object: object(newcomer), oldObject: null, request: request(newcomer) });
      if (typeof value === "boolean") return { is: value };
      return unknown(value instanceof Error ? value.message.slice(0, 120) : "it is neither true nor false");
    };
  } catch {
    return () => unknown("its expression uses something that is not understood here");
  }
}

/** An expression may go through all of these for each of them: what a pod carries must not decide how long that takes, here, for each pod there is. */
const mostEntries = 256;
const entriesOf = ({ labels, annotations, ownerReferences }: Newcomer): number =>
  Object.keys(labels).length + Object.keys(annotations).length + ownerReferences.length;

/** Only what `celBlindSpot` lets through. Go leaves out what is empty, so that `has()` is false there. */
function object({ namespace, labels, annotations, ownerReferences, spec }: Newcomer): Value {
  const owners = ownerReferences.map(({ controller, ...ref }) => record({ ...ref, controller: controller || undefined }));
  return record({
    apiVersion: "v1",
    kind: "Pod",
    metadata: record({
      namespace,
      labels: Object.keys(labels).length > 0 ? record(labels) : undefined,
      annotations: Object.keys(annotations).length > 0 ? record(annotations) : undefined,
      ownerReferences: owners.length > 0 ? owners : undefined,
    }),
    spec: record({
      schedulerName: spec.schedulerName ?? "default-scheduler",
      serviceAccountName: spec.serviceAccountName ?? "default",
      restartPolicy: spec.restartPolicy ?? "Always",
      runtimeClassName: spec.runtimeClassName,
      hostNetwork: spec.hostNetwork || undefined,
      hostPID: spec.hostPID || undefined,
      hostIPC: spec.hostIPC || undefined,
    }),
  });
}

const pods = { group: "", version: "v1" };
const request = ({ namespace }: Newcomer): Value =>
  record({
    operation: "CREATE",
    namespace,
    kind: record({ ...pods, kind: "Pod" }),
    resource: record({ ...pods, resource: "pods" }),
  });

/** A Map, whose keys are only its own: `constructor` is a legal label. */
const record = (fields: Readonly<Record<string, Value | undefined>>): Map<string, Value> =>
  new Map(Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
