import { announceTo } from "../adapters/alertmanager/post.ts";
import { redactText } from "../adapters/redact/index.ts";
import { instant } from "../kernel/time.ts";
import type { Policy } from "../kernel/types/index.ts";
import { ingest, type Ports } from "../lambdas/ingest/handler.ts";
import { patrol } from "../lambdas/patrol/handler.ts";
import { type Approver, announcerFor } from "./approver.ts";
import { say } from "./console/say.ts";
import type { Routes } from "./ingress/app.ts";
import { startIngress } from "./ingress/server.ts";
import { takeLock } from "./lock.ts";
import type { Outside } from "./outside.ts";
import { contentType, patrolMetrics } from "./patrol/metrics.ts";
import { inRounds } from "./patrol/rounds.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import { commandFor, places } from "./places.ts";
import { provisionSwitches, provisionToken } from "./provision.ts";
import { questionsAt } from "./questions.ts";
import type { Watcher } from "./watched.ts";

export interface SessionOptions {
  readonly dataDir: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly cluster: string;
  readonly policy: Policy;
  readonly outside: Outside;
  readonly approver: Approver;
  readonly watcher: Watcher;
  /** Looks over the whole cluster by itself so often, and serves what it finds at `/metrics`. Without it: only what alerts say. */
  readonly patrolEverySeconds?: number;
}
export interface Session {
  readonly pipeline: Pipeline;
  /** Where webhooks go. */
  readonly url: string;
  readonly secret: string;
  close(): Promise<void>;
}

/** What went wrong, with all that is known about it, without secrets. */
function log({ level, message, ...more }: Parameters<Ports["log"]>[0]): void {
  if (level !== "error" && !more.rejected) return;
  const details = Object.entries(more).map(([name, value]) => `${name} ${String(value)}`);
  say(redactText(details.length > 0 ? `${message} (${details.join(", ")})` : message));
}

/** How often what is open and does not run is started: on AWS the sweeper's minute. */
const tendEverySeconds = 0.5;

/** Opens the data folder, starts the pipeline and its way in, and goes on with what was open. Throws `Taken` where another process has the folder. */
export async function openSession({
  dataDir,
  port,
  cluster,
  policy,
  outside,
  approver,
  watcher,
  patrolEverySeconds,
}: SessionOptions): Promise<Session> {
  const clock = () => instant(Date.now());
  const free = takeLock(places(dataDir).lock);
  // The announcer answers on the ledger of the pipeline that it is a part of.
  const announce = outside.alertmanager ? { announce: announceTo(outside.alertmanager) } : {};
  const interrupted = () => void process.kill(process.pid, "SIGINT");
  const questions = questionsAt({ input: process.stdin, output: process.stderr, interrupted });
  const announcer = announcerFor(approver, {
    answerOn: () => pipeline,
    policy,
    clock,
    say,
    questions,
    called: commandFor(dataDir),
    ...announce,
  });
  const pipeline = openPipeline({ dataDir, cluster, policy, outside, clock, watcher, announcer, log });
  const { ledger, archive, starter, waker } = pipeline;
  await provisionSwitches(ledger, dataDir, cluster);
  const { secret, tokens } = provisionToken(dataDir, cluster);
  const closing = new AbortController();
  const ports = { ledger, archive, starter, waker, policy, clock, log, enough: closing.signal };
  const metrics = patrolMetrics(cluster);
  const extend: Routes["extend"] = (app) => app.get("/metrics", (c) => c.body(metrics.page(), 200, { "content-type": contentType }));
  const ingress = await startIngress({ port, tokens, ports, extend });
  const untended = (error: unknown) => log({ level: "error", message: `tending failed: ${String(error)}` });
  await pipeline.tend().catch(untended);
  const tending = inRounds(() => pipeline.tend(), { everySeconds: tendEverySeconds, jitter: 0, random: Math.random, failed: untended });
  const sender = { name: "patrol", clusters: [cluster] };
  const deliver = (body: string) => ingest({ body, source: "patrol", sender }, ports);
  const look = async () => metrics.note(await patrol({ cluster, world: pipeline.world, policy, ledger, deliver, clock, log }));
  const failed = (error: unknown) => log({ level: "error", message: `a round of the patrol failed: ${String(error)}` });
  const rounds = patrolEverySeconds ? inRounds(look, { everySeconds: patrolEverySeconds, random: Math.random, failed }) : undefined;
  return {
    pipeline,
    url: ingress.url,
    secret,
    close: async () => {
      closing.abort();
      questions.close();
      await tending.stop();
      await rounds?.stop();
      await ingress.close();
      await pipeline.close();
      free();
    },
  };
}
