import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { PolicyError } from "../adapters/policy/parse.ts";
import { admission } from "./admission.ts";
import { type Installed, installed } from "./installed.ts";
import { rbac } from "./rbac.ts";

/** The files of `ops/generated`, by name. */
export const manifests = (to: Installed = installed()): Readonly<Record<string, string>> => ({
  "rbac.yaml": documents("Who may read and write what, as declared by runbook/queries/permissions.ts and the remedies' roster.", rbac()),
  "admission.yaml": documents("What the writers' groups may change of the objects that RBAC lets them write.", admission(to)),
});

const documents = (about: string, objects: readonly object[]): string =>
  [
    `# ${about}\n# Written by node ops/generate.ts: do not edit.\n`,
    ...objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })),
  ].join("---\n");

const usage = `Writes the roles and admission policies that each watched cluster gets.

  --policy FILE      remediator.yaml: its protected namespaces, and the only ones in which a label may be set
  --cluster NAME     as the policy calls it: what it expects in other clusters is left out
  --label-key KEY    of the label that the webhook's selector asks for
  --label-value TEXT its value (default: enabled)
  --out FOLDER       default: ops/generated`;

function generate(): void {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { policy: text, cluster: text, "label-key": text, "label-value": text, out: text, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { policy: policyFile, cluster, "label-key": labelKey, "label-value": labelValue } = values;
  const given = Object.entries({ policyFile, cluster, labelKey, labelValue }).filter(([, value]) => value !== undefined);
  const folder = values.out ?? join(import.meta.dirname, "generated");
  const files = manifests(installed(Object.fromEntries(given)));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    console.log(`wrote ${join(folder, name)}`);
  }
}

if (import.meta.main) {
  try {
    generate();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof PolicyError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
