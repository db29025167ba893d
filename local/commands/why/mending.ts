import { run } from "../../../kernel/suspend.ts";
import type { Diagnosis, Evidence, Given } from "../../../kernel/types/index.ts";
import { type LabelWish, sufficient } from "../../../runbook/kubernetes/missing-labels.ts";
import { entries } from "../../../runbook/kubernetes/mutation.ts";
import { asCreated } from "../../../runbook/kubernetes/newcomer.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { command } from "../../../runbook/shell.ts";
import { mending } from "./explained.ts";
import type { Manifest, Manifested } from "./manifest.ts";

export interface Foretold {
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
  readonly given: Given;
  /** The namespace is not there yet. */
  readonly missing: boolean;
}

/** What to change before applying: the label that would be enough, and where it belongs; else what the cause's check says. */
export function mendingIn(workload: Manifested, manifest: Manifest, foretold: Foretold): readonly string[] {
  const { cause } = foretold.diagnosis;
  if (!cause) return [];
  const wishes = cause.check.endsWith("-label") ? wishesFor(workload, foretold) : [];
  const steps = wishes.map((wish) => step(wish, workload, manifest, foretold));
  if (steps.length > 1) return ["either of these would do, choose one:", ...steps];
  return steps.length === 1 ? steps : mending(cause);
}

function wishesFor({ namespace, name }: Manifested, { evidence, given }: Foretold): readonly LabelWish[] {
  const ran = run((read) => {
    const [pod, configuration, space] = read.all(
      cluster.pod(namespace, name),
      cluster.webhookConfiguration(given.policy.installation.webhook),
      cluster.namespace(namespace),
    );
    return pod && configuration && space ? sufficient(entries(configuration), asCreated(pod), space.labels) : [];
  }, evidence);
  return ran.did === "finish" ? ran.value : [];
}

function step(
  { on, key, value }: LabelWish,
  { kind, name, namespace, labels }: Manifested,
  manifest: Manifest,
  { missing }: Foretold,
): string {
  if (on === "pod") return `add "${key}: ${value}" to ${labels.path} of ${kind} ${name} (line ${labels.line})`;
  const own = manifest.namespaces.get(namespace);
  if (own)
    return `add "${key}: ${value}" to ${own.place.path} of Namespace ${namespace} (${own.file === manifest.file ? "line " : `${own.file}:`}${own.place.line})`;
  const label = command`kubectl label namespace ${namespace} ${`${key}=${value}`}`;
  return missing ? `${command`kubectl create namespace ${namespace}`} && ${label}` : label;
}
