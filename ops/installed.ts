import { loadPolicy, parsePolicy } from "../adapters/policy/parse.ts";
import type { Policy } from "../kernel/types/index.ts";

/** What the admission policies are generated for. */
export interface Installed {
  /** Of the label that the webhook's selector asks for. */
  readonly labelKey: string;
  readonly labelValue: string;
  /** Exact names, or beginnings that end in `*`: in these nothing is written at all. */
  readonly protectedNamespaces: readonly string[];
  /** Only in these a label may be set. Undefined: wherever nothing else forbids it, for a policy knows better. */
  readonly expectedNamespaces?: readonly string[];
}

const labelKeyForm = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValueForm = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** Kubernetes' own labels, pod security among them, are nobody's to repair. */
const reserved = /^([^/]+\.)?(kubernetes|k8s)\.io\//;

export interface Asked {
  readonly labelKey?: string;
  readonly labelValue?: string;
  /** A `remediator.yaml`; without one the policy as shipped, which expects nothing by name. */
  readonly policyFile?: string;
  /** As the policy calls it: what is expected elsewhere is not expected here. */
  readonly cluster?: string;
}

/** The vendor's label unless told otherwise. Throws `TypeError` for a label that cannot be, or is Kubernetes' own; `PolicyError` for the file. */
export function installed({ labelKey = "k8s.spirl.com/spiffe-csi", labelValue = "enabled", policyFile, cluster }: Asked = {}): Installed {
  if (!labelKeyForm.test(labelKey)) throw new TypeError(`not the key of a label: ${JSON.stringify(labelKey.slice(0, 80))}`);
  if (reserved.test(labelKey)) throw new TypeError(`label ${labelKey} is Kubernetes' own, and is never written`);
  if (!labelValueForm.test(labelValue)) throw new TypeError(`not the value of a label: ${JSON.stringify(labelValue.slice(0, 80))}`);
  const policy = policyFile ? loadPolicy(policyFile) : parsePolicy("", { file: "the policy as shipped" });
  const { protectedNamespaces } = policy;
  return { labelKey, labelValue, protectedNamespaces, ...(policyFile ? { expectedNamespaces: expectedIn(policy, cluster) } : {}) };
}

const expectedIn = ({ expected }: Policy, cluster: string | undefined): readonly string[] => [
  ...new Set(expected.filter((one) => cluster === undefined || (one.cluster ?? cluster) === cluster).map(({ namespace }) => namespace)),
];
