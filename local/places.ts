import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { command } from "../runbook/shell.ts";

/** What lies where in a data folder. */
export const places = (dataDir: string) => ({
  ledger: join(dataDir, "ledger.db"),
  archive: join(dataDir, "archive"),
  tickets: join(dataDir, "tickets"),
  reports: join(dataDir, "reports"),
  /** The bearer token for webhooks, readable by its owner only. */
  token: join(dataDir, "token"),
  lock: join(dataDir, "lock"),
  /** Clusters whose stop switches were put there: what is missing later was lost, and is no switch that is off. */
  provisioned: join(dataDir, "provisioned.json"),
  /** Cluster and policy of the process that runs the folder, or ran it last: other commands go by them. */
  inForce: join(dataDir, "in-force.json"),
  /** The practice world's, as its reader, for as long as it runs. */
  practice: join(dataDir, "practice.kubeconfig"),
});

export const defaultDataDir = ".remediator";

/** How a command is called for an incident. */
export type Called = (verb: string, id: string) => string;
/** For what lies in this folder. */
export const commandFor =
  (dataDir: string): Called =>
  (verb, id) =>
    `npx remediator ${verb} ${command`${id}`}${dataDir === defaultDataDir ? "" : command` --data ${dataDir}`}`;
/** For what lies with a stack. */
export const commandForStack =
  (stack: string): Called =>
  (verb, id) =>
    `npx remediator ${verb} ${command`${id} --stack ${stack}`}`;

/** Makes a folder with all above it, for its owner only. One by one: Node's own way tries for ever where a file system takes none, as /proc. */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}
