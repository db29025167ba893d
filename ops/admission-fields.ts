import type { Capability } from "../kernel/types/index.ts";
import type { Installed } from "./installed.ts";

/** A part of the object, by its path, of which nothing may change but these keys. */
interface Part {
  readonly name: string;
  readonly path: string;
  readonly but: readonly string[];
  readonly says: string;
}
interface Rules {
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly { readonly expression: string; readonly says: string }[];
}

/** Written by the API server itself along with any change. */
const bookkeeping = ["managedFields", "generation", "resourceVersion"];
const restartedAt = "kubectl.kubernetes.io/restartedAt";

const parts = (labelKey: string): Readonly<Record<Exclude<Capability, "EvictWorkload">, readonly Part[]>> => ({
  RolloutWorkload: [
    { name: "spec", path: "spec", but: ["template"], says: "of the spec only the pod template may change" },
    { name: "template", path: "spec.template", but: ["metadata"], says: "of the pod template only its metadata may change" },
    {
      name: "templateMetadata",
      path: "spec.template.metadata",
      but: ["labels", "annotations"],
      says: "of the pod template's metadata only labels and annotations may change",
    },
    {
      name: "templateAnnotations",
      path: "spec.template.metadata.annotations",
      but: [restartedAt],
      says: `of the pod template's annotations only ${restartedAt} may change`,
    },
    {
      name: "templateLabels",
      path: "spec.template.metadata.labels",
      but: [labelKey],
      says: `of the pod template's labels only ${labelKey} may change`,
    },
    { name: "metadata", path: "metadata", but: ["annotations", ...bookkeeping], says: "the object's own metadata may not change" },
    {
      name: "annotations",
      path: "metadata.annotations",
      // Counted up by the API server itself, for DaemonSets.
      but: ["deprecated.daemonset.template.generation"],
      says: "the object's own annotations may not change",
    },
  ],
  LabelNamespace: [
    { name: "labels", path: "metadata.labels", but: [labelKey], says: `of a namespace's labels only ${labelKey} may change` },
    { name: "metadata", path: "metadata", but: ["labels", ...bookkeeping], says: "of a namespace only labels may change" },
    { name: "spec", path: "spec", but: [], says: "of a namespace only labels may change" },
  ],
});

/** The admission policy's rules for what one capability writes. A capability without rules does not compile. */
export function fieldRules(capability: Capability, to: Installed): Rules {
  const place = { variables: [namespace(capability)], validations: [notProtected(to)] };
  if (capability === "EvictWorkload") return both(place, eviction);
  const rules = parts(to.labelKey)[capability];
  const changes = {
    variables: rules.flatMap(({ name, path }) => [
      { name, expression: at("object", path) },
      { name: `${name}Before`, expression: at("oldObject", path) },
    ]),
    validations: rules.map(({ name, but, says }) => ({ expression: same(`variables.${name}`, `variables.${name}Before`, but), says })),
  };
  return both(both(place, changes), { variables: [], validations: labelled(labelsOf[capability], to) });
}

const both = (one: Rules, other: Rules): Rules => ({
  variables: [...one.variables, ...other.variables],
  validations: [...one.validations, ...other.validations],
});

/** Where it is written; a namespace is its own. */
const namespace = (capability: Capability) => ({
  // `namespace` is a word of CEL.
  name: "place",
  expression: capability === "LabelNamespace" ? "request.name" : "request.namespace",
});

function notProtected({ protectedNamespaces }: Installed): Rules["validations"][number] {
  const [beginnings, names] = [true, false].map((open) => protectedNamespaces.filter((pattern) => pattern.endsWith("*") === open));
  const begins = (beginnings ?? []).map((pattern) => `variables.place.startsWith(${cel(pattern.slice(0, -1))})`);
  return {
    expression: `!(${[`variables.place in ${cel(names ?? [])}`, ...begins].join(" || ")})`,
    says: "nothing is written in a protected namespace",
  };
}

const labelsOf: Readonly<Record<Exclude<Capability, "EvictWorkload">, string>> = {
  RolloutWorkload: "templateLabels",
  LabelNamespace: "labels",
};

/** A label grants an identity: only the one value, and where a policy names namespaces, only in these. */
function labelled(part: string, { labelKey, labelValue, expectedNamespaces }: Installed): Rules["validations"] {
  const [now, before] = [`variables.${part}[?${cel(labelKey)}]`, `variables.${part}Before[?${cel(labelKey)}]`];
  const unchanged = `${now} == ${before}`;
  return [
    {
      expression: `${unchanged} || !${now}.hasValue() || ${now}.value() == ${cel(labelValue)}`,
      says: `${labelKey} is set to ${labelValue} or not at all`,
    },
    ...(expectedNamespaces
      ? [
          {
            expression: `${unchanged} || variables.place in ${cel(expectedNamespaces)}`,
            says: `${labelKey} is changed only where the policy expects an identity`,
          },
        ]
      : []),
  ];
}

/** Of the very pod that was looked at, and with the time to end that it asks for. */
const eviction: Rules = {
  variables: [{ name: "options", expression: at("object", "deleteOptions") }],
  validations: [
    { expression: "variables.options.?preconditions.?uid.hasValue()", says: "an eviction names the uid of its pod" },
    {
      expression: `variables.options.all(key, key in ${cel(["preconditions", "dryRun", "kind", "apiVersion"])})`,
      says: "an eviction leaves its pod the time to end",
    },
  ],
};

/** A text, or a list of texts, as CEL writes it: JSON's escapes are a subset of CEL's. */
export function cel(value: string | readonly string[]): string {
  return JSON.stringify(value);
}

/** The map at this path, empty where there is none. `dyn`, because a policy is about several kinds, and a struct cannot be walked. */
function at(root: "object" | "oldObject", path: string): string {
  return `dyn(${root}).?${path.replaceAll(".", ".?")}.orValue({})`;
}

function same(now: string, before: string, but: readonly string[]): string {
  const free = `key in ${cel(but)}`;
  return `${now}.all(key, ${free} || (key in ${before} && ${now}[key] == ${before}[key])) && ${before}.all(key, ${free} || key in ${now})`;
}
