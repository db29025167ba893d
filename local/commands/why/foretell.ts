import { trim } from "../../../adapters/kubernetes/trim.ts";
import { assessAll } from "../../../kernel/assess.ts";
import { collect } from "../../../kernel/collect.ts";
import { conclude } from "../../../kernel/diagnose.ts";
import { digest } from "../../../kernel/digest.ts";
import type { World } from "../../../kernel/ports.ts";
import { run } from "../../../kernel/suspend.ts";
import type { Check, Diagnosis, Evidence, Given, Some, Workload } from "../../../kernel/types/index.ts";
import { svidFargate } from "../../../runbook/checks/svid-fargate.ts";
import { svidNamespaceLabel } from "../../../runbook/checks/svid-namespace-label.ts";
import { svidOwnMount } from "../../../runbook/checks/svid-own-mount.ts";
import { svidPodLabel } from "../../../runbook/checks/svid-pod-label.ts";
import { svidWebhookMatches } from "../../../runbook/checks/svid-webhook-matches.ts";
import { svidWebhookPresent } from "../../../runbook/checks/svid-webhook-present.ts";
import { fargateSign } from "../../../runbook/kubernetes/fargate.ts";
import { isLive } from "../../../runbook/kubernetes/objects-pod.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { type Explained, unknowns, verdictOn } from "./explained.ts";
import type { Looking } from "./looking.ts";
import type { Manifest, Manifested } from "./manifest.ts";
import { mendingIn } from "./mending.ts";
import { overlay } from "./overlay.ts";

/** Of the runbook's chain what can be told of a pod that is not there yet: would it come by its socket? */
const chain: Some<Check<Workload>> = [svidFargate, svidOwnMount, svidWebhookPresent, svidWebhookMatches, svidPodLabel, svidNamespaceLabel];

/** Runs these links on a workload as if the manifest were applied now: its objects from the file, all others from the cluster. */
export async function foretell(workload: Manifested, manifest: Manifest, { world, given }: Looking): Promise<Explained> {
  const { kind, namespace, name, maker = "Pod" } = workload;
  const subject: Workload = { on: "workload", namespace, owner: { kind: maker, name }, pod: name };
  const live = await world.fetch(cluster.namespace(namespace));
  const missing = live.state === "observed" && live.value === null;
  const laid = laidOver(world, overlay(workload, manifest, live, given), given);
  const { value: findings, evidence } = await collect((seen) => {
    const pass = assessAll(chain, subject, given, seen);
    return { value: pass.value, wants: [...pass.wants, ...pods(namespace, seen).wants] };
  }, laid);
  const diagnosis = conclude(chain, [findings], 1);
  const verdict = verdictOn(diagnosis, chain);
  return {
    of: `${kind} ${namespace}/${name}`,
    cluster: given.cluster,
    verdict,
    says: says(verdict, diagnosis),
    mend: mendingIn(workload, manifest, { diagnosis, evidence, given, missing }),
    notes: [
      ...(missing && !manifest.namespaces.has(namespace)
        ? [`namespace ${namespace} is not there yet, and was taken to be without labels`]
        : []),
      ...fargateNearby(namespace, evidence),
    ],
    chain,
    diagnosis,
    evidence,
  };
}

/** What the manifest brings stands before what the cluster has. */
function laidOver(world: World, over: ReadonlyMap<string, unknown>, { now }: Given): World {
  return {
    fetch: async (query) => {
      if (query.source !== "kubernetes" || !over.has(query.text)) return world.fetch(query);
      const value = trim(over.get(query.text));
      return { state: "observed", value, at: now, ref: digest(value) };
    },
  };
}

function says(verdict: Explained["verdict"], { findings, cause }: Diagnosis): string {
  if (cause) return `would not get its socket: ${cause.says}`;
  if (verdict === "unknown") return `cannot be told: ${unknowns(findings)}`;
  const reason = [svidWebhookMatches.id, svidOwnMount.id]
    .map((id) => findings.find(({ check, is }) => check === id && is === "healthy"))
    .find(Boolean);
  return reason?.says ?? "would get its socket";
}

const pods = (namespace: string, evidence: Evidence) => {
  const ran = run((read) => read(cluster.podsIn(namespace)), evidence);
  return { there: ran.did === "finish" ? ran.value : [], wants: ran.did === "miss" ? ran.queries : [] };
};

/** The profiles that choose pods for Fargate are not in the cluster's API, but the pods that they chose are. */
function fargateNearby(namespace: string, evidence: Evidence): readonly string[] {
  const there = pods(namespace, evidence).there.filter((pod) => isLive(pod) && fargateSign(pod, undefined) !== undefined);
  if (there.length === 0) return [];
  return [
    `${there.length} pods of namespace ${namespace} run on Fargate: if a profile chooses this one too, no socket can be delivered to it`,
  ];
}
