import type { IncidentId } from "../../../kernel/types/index.ts";
import { enterByHand } from "../../../lambdas/ingest/by-hand.ts";
import type { Ports } from "../../../lambdas/ingest/handler.ts";
import { localUser } from "../../approver.ts";
import { UsageError } from "../mistakes.ts";
import type { RunOptions } from "../run.ts";
import { targetOf } from "../target.ts";

/** What a manual request says: the labels that an alert would have. */
export type Request = Readonly<Record<string, string>>;

/** Throws `UsageError` where the flags do not name one thing. */
export function requestOf(target: string | undefined, { scenario, namespace, kind, name, pod, node }: RunOptions): Request {
  const flags = [kind, name, pod, node].some((flag) => flag !== undefined);
  if (target !== undefined) {
    if (flags) throw new UsageError("name the workload by its argument or by flags, not by both");
    const of = targetOf(target, namespace);
    return { scenario, namespace: of.namespace, ...(of.kind === "Pod" ? { pod: of.name } : { workload_kind: of.kind, workload: of.name }) };
  }
  if ((kind === undefined) !== (name === undefined)) throw new UsageError("--kind and --name go together");
  if ([name, pod, node].filter((one) => one !== undefined).length > 1)
    throw new UsageError("an incident is about one thing: --name, --pod or --node");
  if (node !== undefined && namespace !== undefined) throw new UsageError("--node goes without --namespace");
  if ((name ?? pod) !== undefined && namespace === undefined) throw new UsageError("--namespace says where the workload is");
  return {
    scenario,
    ...(namespace === undefined ? {} : { namespace }),
    ...(kind === undefined || name === undefined ? {} : { workload_kind: kind, workload: name }),
    ...(pod === undefined ? {} : { pod }),
    ...(node === undefined ? {} : { node }),
  };
}

/** Puts the request on record, and gives its incident. Throws `UsageError` where it is not taken. */
export async function enter(request: Request, cluster: string, ports: Ports): Promise<IncidentId> {
  const entered = await enterByHand({ cluster, ...request }, localUser(), ports);
  if (entered.did === "open") return entered.id;
  const { says, status, wrong } = entered;
  throw new UsageError(`${says}${wrong?.field === "labels.cluster" ? " (--cluster gives it another than the context's)" : ""} (${status})`);
}
