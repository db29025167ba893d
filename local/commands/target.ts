import { dnsLabel, dnsSubdomain } from "../../kernel/names.ts";
import type { OwnerKind } from "../../kernel/types/index.ts";
import { UsageError } from "./mistakes.ts";

/** The workload, or the one pod, that somebody asks about. */
export interface Target {
  readonly namespace: string;
  readonly kind: OwnerKind;
  readonly name: string;
}

/** What makes pods by a name that somebody chose: where a kind is left out, one of these is meant. */
export const makers = ["Deployment", "StatefulSet", "DaemonSet", "Job"] as const satisfies readonly OwnerKind[];

/** As kubectl writes kinds: singular, plural and short. */
const words: Readonly<Record<OwnerKind, readonly string[]>> = {
  Pod: ["pod", "pods", "po"],
  Deployment: ["deployment", "deployments", "deploy"],
  StatefulSet: ["statefulset", "statefulsets", "sts"],
  DaemonSet: ["daemonset", "daemonsets", "ds"],
  ReplicaSet: ["replicaset", "replicasets", "rs"],
  Job: ["job", "jobs"],
};
const kinds = Object.keys(words) as readonly OwnerKind[];
/** Also with its group, as in `deployments.apps`. */
const kindOf = (text: string): OwnerKind | undefined =>
  kinds.find((kind) => words[kind].includes(text.toLowerCase().split(".", 1)[0] ?? ""));

/** `NAMESPACE/POD` and `NAMESPACE/KIND/NAME`; with a namespace given beside it also `POD` and `KIND/NAME`, as kubectl has them. */
export function targetOf(text: string, namespace?: string): Target {
  const parts = text.split("/");
  const [a = "", b = "", c = ""] = namespace === undefined ? parts : [namespace, ...parts];
  const count = namespace === undefined ? parts.length : parts.length + 1;
  if (namespace === undefined && count === 2 && kindOf(a))
    throw new UsageError(`${text} names no namespace: write NAMESPACE/${text}, or add -n NAMESPACE`);
  if (count === 2) return checked({ namespace: a, kind: "Pod", name: b }, text);
  const kind = kindOf(b);
  if (count !== 3) throw new UsageError(`${text} is neither NAMESPACE/POD nor NAMESPACE/KIND/NAME, such as payments/deployment/checkout`);
  if (!kind) throw new UsageError(`${b} is not a kind of workload: there are ${kinds.join(", ")}`);
  return checked({ namespace: a, kind, name: c }, text);
}

function checked(target: Target, text: string): Target {
  if (!dnsLabel.test(target.namespace)) throw new UsageError(`${text}: "${target.namespace}" cannot be the name of a namespace`);
  if (!dnsSubdomain.test(target.name)) throw new UsageError(`${text}: "${target.name}" cannot be the name of a ${target.kind}`);
  return target;
}

/** The shortest way to name it on the command line. A namespace that is called like a kind needs the kind beside it. */
export const written = ({ namespace, kind, name }: Target): string =>
  kind === "Pod" && !kindOf(namespace) ? `${namespace}/${name}` : `${namespace}/${kind.toLowerCase()}/${name}`;
