import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { admission, defaultLabelKey } from "./admission.ts";
import { rbac } from "./rbac.ts";

/** The files of `ops/generated`, by name. `labelKey`: the label that the webhook's selector asks for. */
export const manifests = (labelKey: string = defaultLabelKey): Readonly<Record<string, string>> => ({
  "rbac.yaml": documents("Who may read and write what, as declared by runbook/queries/permissions.ts and the remedies' roster.", rbac()),
  "admission.yaml": documents("What the writers' groups may change of the objects that RBAC lets them write.", admission(labelKey)),
});

const documents = (about: string, objects: readonly object[]): string =>
  [
    `# ${about}\n# Written by node ops/generate.ts: do not edit.\n`,
    ...objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })),
  ].join("---\n");

if (import.meta.main) {
  const { values } = parseArgs({ options: { "label-key": { type: "string", default: defaultLabelKey }, out: { type: "string" } } });
  const folder = values.out ?? join(import.meta.dirname, "generated");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(manifests(values["label-key"]))) {
    writeFileSync(join(folder, name), text);
    console.log(`wrote ${join(folder, name)}`);
  }
}
