import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished, vi } from "vitest";
import { digest } from "../../../kernel/digest.ts";
import type { LedgerRecord, Policy } from "../../../kernel/types/index.ts";
import { runCli } from "../../../local/commands/cli.ts";
import { keepInForce } from "../../../local/commands/in-force.ts";
import { openSession, type Session } from "../../../local/session.ts";
import { practiceOutside } from "../../../local/settings.ts";
import type { IncidentName } from "../../../local/world/incidents/incidents.ts";
import type { UserName } from "../../../local/world/kubernetes/roles.ts";
import { startWorld, type World } from "../../../local/world/world.ts";
import { quickPolicy } from "../../support/quick-policy.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What a terminal gets. */
  readonly raw: string;
}

/** The command in this process, with what it printed: without colours, for where they are is not what is tested. */
export async function cli(...args: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const into = (stream: keyof typeof said) => (chunk: unknown) => {
    said[stream] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(into("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(into("err")),
  ];
  try {
    const code = await runCli(args);
    return { code, out: stripVTControlCharacters(said.out), err: stripVTControlCharacters(said.err), raw: said.out };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function aFile(text: string, name = "file"): string {
  const path = join(aFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** A practice world, and kubeconfigs of its users as files. */
export async function aWorld(incident: IncidentName) {
  const world = await startWorld({ incident, readyDelayMs: 100 });
  onTestFinished(() => world.stop());
  return { world, as: (user: UserName) => ["--kubeconfig", aFile(JSON.stringify(world.kubeconfig(user)), user)] as const };
}

export const nobodyThere = "http://127.0.0.1:1";
/** A kubeconfig for a server that is not the practice world's. */
export const kubeconfigFor = (server: string): string =>
  aFile(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: { token: "secret-token-of-ours" } }],
      contexts: [{ name: "elsewhere", context: { cluster: "c", user: "u" } }],
      "current-context": "elsewhere",
    }),
  );

export const acceptedWrites = (world: World) => world.audit().filter(({ dryRun, code }) => !dryRun && code < 300);

/** The quick policy, with the version that it has then. */
export function aPolicy(change: Partial<Policy> = {}): Policy {
  const { version: _, ...policy } = { ...quickPolicy(), ...change };
  return { ...policy, version: digest(policy) };
}

/** The same as a file that `--policy` takes: there the lease must outlast a write. */
export function aPolicyFile(): string {
  const { version: _, ...policy } = quickPolicy();
  return aFile(JSON.stringify({ ...policy, timing: { ...policy.timing, leaseSeconds: 5 } }), "policy.yaml");
}

/** What `remediator start` runs, in this process: nobody answers approvals, unless a command does. */
export async function aSession(world: World, policy: Policy = aPolicy()) {
  const data = aFolder();
  const records: LedgerRecord[] = [];
  const session: Session = await openSession({
    dataDir: data,
    port: 0,
    cluster: "practice",
    policy,
    outside: practiceOutside(world, policy),
    approver: { by: "nobody" },
    watcher: { told: (record) => records.push(record) },
  });
  onTestFinished(() => session.close());
  await keepInForce(data, { cluster: "practice", policy });
  const fire = async () => {
    await world.fire(`${session.url}/alerts`, session.secret);
    return idOf(records);
  };
  const told = <T extends LedgerRecord["type"]>(type: T) =>
    vi.waitFor(
      () => {
        const found = records.find((record) => record.type === type);
        if (!found) throw new Error(`no ${type} yet, but ${records.map((record) => record.type).join(", ")}`);
        return found as Extract<LedgerRecord, { type: T }>;
      },
      { timeout: 15_000, interval: 20 },
    );
  return { data, session, records, fire, told };
}

function idOf(records: readonly LedgerRecord[]) {
  const [first] = records;
  if (!first) throw new Error("nothing was opened");
  return first.incidentId;
}

/** No mistake of a user ends in a stack. */
export const noStack = /^(?![\s\S]*\n\s+at )/;
