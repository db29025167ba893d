import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Result } from "../kernel/types/index.ts";
import type { AuditEvent } from "../test/cluster/parts/audit.ts";
import { recordsOf } from "../test/cluster/support/stories.ts";
import { raise } from "./support/alarm.ts";
import { load, median, spread } from "./support/numbers.ts";
import { type Owners, settle, space } from "./support/owners.ts";
import { type Phases, phasesOf, stepByStep } from "./support/phases.ts";
import { onCall, openSetting, type Setting } from "./support/setting.ts";

const repetitions = 9;
/** Ours must be at least so much faster. */
const wanted = 3;

interface Run {
  /** From the webhook, or from the script's start, to the API server's own time of having accepted the restart. */
  readonly ms: number;
  /** Requests of the same user or users that the API server answered in that time. */
  readonly requests: number;
}

/** The audit log's entries of `users` from `sent` to the accepted restart of a Deployment, that one included. */
async function upToRestart({ cluster }: Setting, name: string, users: readonly string[], sent: number): Promise<readonly AuditEvent[]> {
  const events = (await cluster.audit()).filter(({ user, stageTimestamp }) => users.includes(user) && Date.parse(stageTimestamp) >= sent);
  const restart = events.findIndex(
    ({ verb, objectRef, dryRun, responseStatus }) =>
      verb === "patch" && objectRef?.resource === "deployments" && objectRef.name === name && !dryRun && responseStatus?.code === 200,
  );
  if (restart < 0) throw new Error(`${name} was not restarted`);
  return events.slice(0, restart + 1);
}
const runOf = (events: readonly AuditEvent[], sent: number): Run => ({
  ms: Date.parse(events.at(-1)?.stageTimestamp ?? "") - sent,
  requests: events.length,
});

interface OwnRun extends Run {
  readonly phases: Phases;
  readonly result: Result;
}

async function ours(on: Setting, name: string): Promise<OwnRun> {
  const { alertmanagerUrl, session, stories } = on;
  const body = await raise(alertmanagerUrl, name);
  const headers = { "content-type": "application/json", authorization: `Bearer ${session.secret}` };
  const sent = Date.now();
  const reply = await fetch(`${session.url}/alerts`, { method: "POST", headers, body });
  if (reply.status !== 200) throw new Error(`the webhook was answered with ${reply.status}: ${await reply.text()}`);
  await reply.body?.cancel();
  const id = await stories.when(
    ({ scope }) => scope.of === "owner" && scope.name === name,
    ({ type }) => type === "closed",
    120,
  );
  const story = (await session.pipeline.ledger.view(id))?.story;
  if (!story) throw new Error(`there is no incident ${id}`);
  const [closed] = recordsOf(story, "closed");
  if (!closed) throw new Error(`${name} is not closed`);
  // What came after the write is not measured; it is said, so that nobody takes a write that did no good for a fast one.
  if (closed.result !== "proved") console.log(`  ${name} ended as ${closed.result}: ${closed.says}`);
  const run = runOf(await upToRestart(on, name, ["reader", "rollout-workload"], sent), sent);
  return { ...run, phases: phasesOf(story, sent, sent + run.ms), result: closed.result };
}

async function script(on: Setting, name: string): Promise<Run> {
  const { binaries, kubeconfig } = on.cluster;
  const home = dirname(kubeconfig(onCall));
  const env = {
    PATH: `${dirname(binaries.kubectl)}:${process.env.PATH}`,
    HOME: home,
    KUBECONFIG: kubeconfig(onCall),
    KUBECACHEDIR: join(home, "on-call-cache"),
    KUBECTL_KUBERC: "false",
  };
  const sent = Date.now();
  const child = spawn(join(import.meta.dirname, "runbook.sh"), [space, name], { env, stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve));
  if (code !== 0) throw new Error(`runbook.sh ended with ${code}`);
  return runOf(await upToRestart(on, name, [onCall], sent), sent);
}

async function one<R extends Run>(on: Setting, owners: Owners, name: string, side: (on: Setting, name: string) => Promise<R>): Promise<R> {
  await owners.older(name);
  const run = await side(on, name);
  await owners.rolledOut(name);
  await owners.remove(name);
  console.log(`  ${name}: ${run.ms} ms`);
  return run;
}

const setting = await openSetting();
try {
  const owners = await settle(setting.cluster);
  console.log("one of each, not counted: fills kubectl's cache of what the API server serves, and our connections");
  await one(setting, owners, "ours-warm", ours);
  await one(setting, owners, "script-warm", script);
  const [own, other]: [OwnRun[], Run[]] = [[], []];
  const before = load();
  for (let n = 1; n <= repetitions; n++) {
    const sides = [
      async () => own.push(await one(setting, owners, `ours-${n}`, ours)),
      async () => other.push(await one(setting, owners, `script-${n}`, script)),
    ];
    for (const side of n % 2 === 0 ? sides.reverse() : sides) await side();
  }
  const ratio = median(other.map(({ ms }) => ms)) / median(own.map(({ ms }) => ms));
  const told = (runs: readonly Run[]) =>
    `${spread(runs.map(({ ms }) => ms))} ms, ${median(runs.map(({ requests }) => requests))} requests to the API server`;
  console.log(`\nwebhook to accepted write, median (least to most) of ${repetitions}, load ${before} to ${load()}`);
  console.log(`  ours        ${told(own)}; ${own.filter(({ result }) => result === "proved").length} of ${own.length} proved`);
  console.log(`    each step, ms: ${stepByStep(own.map(({ phases }) => phases))}`);
  console.log(`  runbook.sh  ${told(other)}`);
  console.log(`  ratio       ${ratio.toFixed(1)}, wanted ${wanted} at least`);
  process.exitCode = ratio >= wanted ? 0 : 1;
} finally {
  await setting.close();
}
