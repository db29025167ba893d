import { rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import { say } from "../../console/say.ts";
import { following } from "../../following.ts";
import { answerable } from "../../may-answer.ts";
import { places } from "../../places.ts";
import { openSession, type Session } from "../../session.ts";
import { clusterOf, lastingAccess, policyFor, practiceOutside, realOutside } from "../../settings.ts";
import { startWorld, type World } from "../../world/world.ts";
import { exitCodes } from "../exit-codes.ts";
import { keepInForce } from "../in-force.ts";
import { isPractice, type StartOptions } from "../start-options.ts";
import { approverFor, shower } from "./showing.ts";

const practiceCluster = "practice";
const patrolEverySeconds = 300;

/**
 * Runs the whole on this machine: with the practice world, which plays its incident, or for a cluster of one's own. Resolves with the exit
 * code: after the incident with `--once`, else when `stopped` resolves.
 */
export async function start(options: StartOptions, stopped: Promise<void>): Promise<number> {
  const practice = isPractice(options);
  const cluster = practice ? practiceCluster : clusterOf(options);
  const { policy, approver } = answerable(policyFor(options, cluster), cluster, approverFor(options, practice ? "practice" : "nobody"));
  const world = practice ? await startWorld({ incident: options.incident ?? "older-than-webhook" }) : undefined;
  const followed = following();
  const show = shower(options);
  const told = (record: LedgerRecord) => void show(record, session?.pipeline.ledger).finally(() => followed.told(record));
  let session: Session | undefined;
  try {
    const outside = world ? practiceOutside(world, policy) : realOutside(options, policy);
    session = await openSession({
      ...options,
      cluster,
      policy,
      outside,
      approver,
      watcher: { ...followed, told },
      // In the practice world one incident is played, and nothing else is looked for.
      ...(practice ? {} : { patrolEverySeconds }),
    });
    await keepInForce(options.dataDir, { cluster, policy, ...(world ? practiceAccess(options.dataDir) : lastingAccess(options)) });
    say(
      `${world ? `Practice: ${world.says}.` : `Cluster ${cluster}.`} Mode ${policy.mode.clusters[cluster] ?? policy.mode.default}. Alerts: POST ${session.url}/alerts, with the bearer token in ${places(options.dataDir).token}`,
    );
    if (world) await world.fire(`${session.url}/alerts`, session.secret);
    if (!options.once) {
      if (world) void invite(world, session, options.dataDir, followed.ended);
      await stopped;
      return exitCodes.fine;
    }
    const end = await Promise.race([followed.ended, stopped]);
    if (!end) {
      say("left before the end of the incident: it stays open, and the next `remediator start` with this data folder goes on with it");
      return exitCodes.unknown;
    }
    return end.result === "proved" ? exitCodes.fine : exitCodes.fault;
  } finally {
    await session?.close();
    await world?.stop();
    // Another process's, where this one did not get the folder.
    if (world && session) await rm(places(options.dataDir).practice, { force: true });
  }
}

/** As long as more alerts may come, the file is there. */
const practiceAccess = (dataDir: string) => ({ access: { by: "kubeconfig", file: resolve(places(dataDir).practice) } }) as const;

/** After the first incident the practice goes on: more alerts may come, and the cluster can be looked at as a reader. */
async function invite(world: World, session: Session, dataDir: string, ended: Promise<unknown>): Promise<void> {
  const { practice } = places(dataDir);
  await writeFile(practice, JSON.stringify(world.kubeconfig("reader")), { mode: 0o600 });
  await ended;
  const { namespace, workload_kind = "", workload } = world.alert;
  const look = `npx remediator why ${namespace}/${workload_kind.toLowerCase()}/${workload} --kubeconfig ${practice} --prometheus ${world.prometheusUrl}`;
  say(
    `\nStays up for more: POST ${session.url}/alerts. An alert that the practice's own Alertmanager does not show is looked into, and never acted upon. Ctrl-C ends it.\nLook for yourself meanwhile: ${look}`,
  );
}
