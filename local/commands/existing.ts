import { BadAccess, type KubeconfigAccess, kubeConfigOf } from "../../adapters/kubernetes/config.ts";
import { connect, type Way } from "../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../adapters/kubernetes/read.ts";
import type { Policy, Query, Scope } from "../../kernel/types/index.ts";
import { place } from "../../lambdas/ingest/place.ts";
import { controller, namespace, node, pod } from "../../runbook/queries/kubernetes.ts";
import { isEverybodys } from "../settings.ts";
import { UsageError } from "./mistakes.ts";
import type { Request } from "./run/request.ts";
import { makers, type Target, written } from "./target.ts";

/** The way of the process that does the work; none where its kubeconfig is gone, is not ours to read, or is another one in this shell. */
export function wayOf(access: KubeconfigAccess | undefined): Way | undefined {
  try {
    return access && isEverybodys(access) ? kubeConfigOf(access) : undefined;
  } catch (thrown) {
    if (thrown instanceof BadAccess) return undefined;
    throw thrown;
  }
}

/**
 * Throws `UsageError` where what is asked about is not in the cluster. A cluster that gives no answer, or may not be asked, says nothing against it;
 * and what is not about one thing is for whoever takes the request to refuse.
 */
export async function mustExist(labels: Request, policy: Policy, way: Way): Promise<void> {
  const placed = place({ labels, from: "manual" }, policy);
  if (placed.did !== "place") return;
  const { cluster, scope } = placed.key;
  const connection = connect(way, policy.timing.requestTimeoutSeconds);
  const read = kubernetesReader(connection);
  try {
    const gone = await missing(scope, ({ text }) => read(text));
    if (gone) throw new UsageError(`there is no ${gone.called} in cluster ${cluster}, so no incident is opened${gone.hint}`);
  } finally {
    await connection.close();
  }
}

/** An answer of the cluster, of which only this is looked at. */
type Answered = { readonly state: "unavailable" } | { readonly state: "observed"; readonly value: unknown };

/** What of it is not in the cluster, the widest, and a question about what may be meant; undefined where all is there or the cluster does not tell. */
export async function missing(
  scope: Scope,
  ask: (query: Query<unknown>) => Promise<Answered>,
): Promise<{ readonly called: string; readonly hint: string } | undefined> {
  const seen = async (query: Query<unknown>) => {
    const answer = await ask(query);
    return answer.state === "unavailable" ? "unknown" : answer.value === null ? "gone" : "there";
  };
  const parts = await Promise.all(partsOf(scope).map(async ({ called, query }) => ({ called, is: await seen(query) })));
  const gone = parts.find(({ is }) => is === "gone");
  if (!gone) return undefined;
  const found = await Promise.all(meantBy(scope).map(async (each) => ((await seen(queryOf(each))) === "there" ? [written(each)] : [])));
  return {
    called: gone.called,
    hint: found
      .flat()
      .map((each) => `; is ${each} meant?`)
      .join(""),
  };
}

/** What has to be there, the wider first: with its namespace a workload is gone, too. */
function partsOf(scope: Scope): readonly { readonly called: string; readonly query: Query<unknown> }[] {
  switch (scope.of) {
    case "owner":
      return [...inNamespace(scope.namespace), { called: `${scope.kind} ${scope.namespace}/${scope.name}`, query: queryOf(scope) }];
    case "namespace":
      return inNamespace(scope.namespace);
    case "node":
      return [{ called: `node ${scope.node}`, query: node(scope.node) }];
    case "host":
    case "cluster":
      return [];
  }
}

const inNamespace = (name: string) => [{ called: `namespace ${name}`, query: namespace(name) }];
const queryOf = ({ namespace, kind, name }: Target): Query<unknown> =>
  kind === "Pod" ? pod(namespace, name) : controller(kind, namespace, name);

/** A pod that is not there may be a workload whose kind was left out. */
const meantBy = (scope: Scope): readonly Target[] =>
  scope.of === "owner" && scope.kind === "Pod" ? makers.map((kind) => ({ namespace: scope.namespace, kind, name: scope.name })) : [];
