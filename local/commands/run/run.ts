import { folderArchive } from "../../../adapters/archive/folder.ts";
import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { redactText } from "../../../adapters/redact/index.ts";
import { instant } from "../../../kernel/time.ts";
import type { LedgerRecord, Policy, Result } from "../../../kernel/types/index.ts";
import type { Ports } from "../../../lambdas/ingest/handler.ts";
import { say } from "../../console/say.ts";
import { heldBy } from "../../lock.ts";
import { answerable } from "../../may-answer.ts";
import { places } from "../../places.ts";
import { openSession } from "../../session.ts";
import { accessOf, clusterOf, lastingAccess, policyFor, realOutside } from "../../settings.ts";
import { withLedger } from "../data.ts";
import { mustExist, wayOf } from "../existing.ts";
import { exitCodes } from "../exit-codes.ts";
import { keepInForce, readInForce } from "../in-force.ts";
import { resting } from "../incident/resting.ts";
import { UsageError } from "../mistakes.ts";
import type { RunOptions } from "../run.ts";
import { approverFor, shower } from "../start/showing.ts";
import { follow } from "./follow.ts";
import { enter, type Request, requestOf } from "./request.ts";

/**
 * A manual incident, from its opening to its end. Where another process runs the data folder, the incident is put into its ledger, and it does
 * the work; else it is done here, for the cluster that is named.
 */
export async function run(target: string | undefined, options: RunOptions, stopped: Promise<void>): Promise<number> {
  const request = requestOf(target, options);
  const holder = heldBy(places(options.data).lock);
  const end = holder === undefined ? await here(request, options, stopped) : await there(holder, request, options, stopped);
  if (end === "left") say("left before its end: the incident stays open, and `remediator start` goes on with it");
  return codeOf(end);
}

export function codeOf(end: Result | "left"): number {
  if (end === "left") return exitCodes.unknown;
  return end === "proved" || end === "self-healed" ? exitCodes.fine : exitCodes.fault;
}

const given = (policy: Policy) => ({
  policy,
  clock: () => instant(Date.now()),
  log: ({ level, message }: Parameters<Ports["log"]>[0]) => {
    if (level === "error") say(redactText(message));
  },
});

const restsBy =
  ({ timing }: Policy) =>
  (story: readonly LedgerRecord[]) =>
    resting(story, timing.pauseSeconds, instant(Date.now()));

async function there(holder: number, request: Request, options: RunOptions, stopped: Promise<void>): Promise<Result | "left"> {
  const { data, json } = options;
  const idle = (["mode", "policy", "yes"] as const).filter((name) => options[name] !== undefined && options[name] !== false);
  if (idle.length > 0)
    throw new UsageError(
      `process ${holder} runs ${data} under its own policy: ${idle.map((name) => `--${name}`).join(", ")} would change nothing`,
    );
  const { cluster, policy, access } = readInForce(data);
  const own = options.kubeconfig !== undefined || options.context !== undefined;
  const named = options.cluster ?? (own ? clusterOf(options) : cluster);
  if (named !== cluster) throw new UsageError(`process ${holder} runs ${data} for cluster ${cluster}, not ${named}: give another --data`);
  const way = own ? kubeConfigOf(accessOf(options)) : wayOf(access);
  if (way) await mustExist({ cluster, ...request }, policy, way);
  say(`process ${holder} runs this data folder, and does the work`);
  return withLedger(options, async (ledger) => {
    // The other process starts what is open and wakes who waits, by looking; nothing is started from here.
    const idly = { starter: { start: async () => {} }, waker: { wake: async () => {} } };
    const id = await enter(request, cluster, { ledger, archive: folderArchive(places(data).archive), ...idly, ...given(policy) });
    const alive = () => heldBy(places(data).lock) !== undefined;
    const show = shower({ json, dataDir: data });
    return follow(id, { view: ledger.view, show: (record) => show(record, undefined), alive, stopped, rests: restsBy(policy) });
  });
}

async function here(request: Request, options: RunOptions, stopped: Promise<void>): Promise<Result | "left"> {
  const { data: dataDir, json } = options;
  if (options.kubeconfig === undefined && options.context === undefined)
    throw new UsageError(`nothing runs with ${dataDir}: name the cluster (--kubeconfig or --context), or let \`remediator start\` run`);
  const cluster = clusterOf(options);
  const { policy, approver } = answerable(policyFor(options, cluster), cluster, approverFor(options, "nobody"));
  const outside = realOutside({ ...options, dataDir, port: 0, once: true }, policy);
  await mustExist({ cluster, ...request }, policy, kubeConfigOf(outside.reader));
  const session = await openSession({
    dataDir,
    port: 0,
    cluster,
    policy,
    outside,
    approver,
    watcher: { told: () => {} },
  });
  try {
    await keepInForce(dataDir, { cluster, policy, ...lastingAccess(options) });
    say(`Cluster ${cluster}. Mode ${policy.mode.clusters[cluster] ?? policy.mode.default}.`);
    const { ledger, archive, starter, waker } = session.pipeline;
    const id = await enter(request, cluster, { ledger, archive, starter, waker, ...given(policy) });
    const show = shower({ json, dataDir });
    return await follow(id, {
      view: ledger.view,
      show: (record) => show(record, ledger),
      alive: () => true,
      stopped,
      rests: restsBy(policy),
    });
  } finally {
    await session.close();
  }
}
