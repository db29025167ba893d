import { controllerOf, type Meta } from "./meta.ts";
import { labelValue } from "./selectors.ts";

/** Who keeps an object as it is written down elsewhere, so that a change by hand is reverted or drifts. */
export interface Ownership {
  /** `Argo CD`, `Flux`, `Helm`, or the kind and name of an object of the cluster. */
  readonly by: string;
  /** By what it is seen: a label, an annotation, a field manager, an owner reference. */
  readonly sign: string;
}

interface Tool {
  readonly by: string;
  readonly labels?: readonly string[];
  readonly labelValues?: Readonly<Record<string, string>>;
  readonly annotations?: readonly string[];
  readonly managers?: readonly string[];
}
/** GitOps before Helm: what Flux or Argo CD rendered from a chart is theirs. */
const tools: readonly Tool[] = [
  {
    by: "Argo CD",
    labels: ["argocd.argoproj.io/instance"],
    annotations: ["argocd.argoproj.io/tracking-id", "argocd.argoproj.io/installation-id"],
    managers: ["argocd-controller", "argocd-application-controller"],
  },
  {
    by: "Flux",
    labels: ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name", "fluxcd.io/sync-gc-mark"],
    annotations: ["kustomize.toolkit.fluxcd.io/checksum"],
    managers: ["kustomize-controller", "helm-controller", "flux"],
  },
  {
    by: "Helm",
    labels: ["helm.sh/chart"],
    labelValues: { "app.kubernetes.io/managed-by": "Helm", heritage: "Helm" },
    annotations: ["meta.helm.sh/release-name"],
    managers: ["helm"],
  },
];

/** The first sign of anybody who would take a patch back; undefined where there is none, which is no proof that there is nobody. */
export function ownershipOf(object: Meta): Ownership | undefined {
  for (const tool of tools) {
    const sign = signOf(tool, object);
    if (sign) return { by: tool.by, sign };
  }
  const controller = controllerOf(object);
  return controller ? { by: `${controller.kind} ${controller.name}`, sign: "its owner reference" } : undefined;
}

function signOf({ labels = [], labelValues = {}, annotations = [], managers = [] }: Tool, object: Meta): string | undefined {
  const label = labels.find((key) => labelValue(object.labels, key) !== undefined);
  if (label) return `label ${label}`;
  const valued = Object.entries(labelValues).find(([key, value]) => labelValue(object.labels, key) === value);
  if (valued) return `label ${valued[0]}=${valued[1]}`;
  const annotation = annotations.find((key) => labelValue(object.annotations, key) !== undefined);
  if (annotation) return `annotation ${annotation}`;
  const manager = object.managedFields.find((each) => managers.includes(each.manager.toLowerCase()));
  return manager ? `field manager ${manager.manager}` : undefined;
}
