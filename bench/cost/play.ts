import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SNSClient } from "@aws-sdk/client-sns";
import { placeOf } from "../../adapters/archive/address.ts";
import { folderArchive } from "../../adapters/archive/folder.ts";
import { snsDesk } from "../../adapters/desk/sns.ts";
import { ledgerOver } from "../../adapters/ledger/ledger.ts";
import { openDatabase } from "../../adapters/ledger/sqlite/schema.ts";
import { sqliteStore } from "../../adapters/ledger/sqlite/store.ts";
import { loadPolicy } from "../../adapters/policy/parse.ts";
import type { Starter, Waker } from "../../kernel/ports.ts";
import { instant } from "../../kernel/time.ts";
import type { LedgerRecord } from "../../kernel/types/index.ts";
import { answer } from "../../lambdas/answer/handler.ts";
import { remembering } from "../../lambdas/audit/done.ts";
import { type Ports as Auditing, audit } from "../../lambdas/audit/handler.ts";
import { authorize } from "../../lambdas/authorize/handler.ts";
import { ingest } from "../../lambdas/ingest/handler.ts";
import type { Definition } from "../../lib/definition.ts";
import workflow from "../../lib/workflow.asl.json" with { type: "json" };
import { practiceApprover } from "../../local/approver.ts";
import { createEngine } from "../../local/engine/engine.ts";
import { engineStarter, engineWaker } from "../../local/engine/starter.ts";
import type { Handlers } from "../../local/engine/task.ts";
import { handlersOver } from "../../local/handlers.ts";
import { openOutside } from "../../local/outside.ts";
import { places } from "../../local/places.ts";
import { provisionSwitches, provisionToken } from "../../local/provision.ts";
import { practiceOutside } from "../../local/settings.ts";
import { watched } from "../../local/watched.ts";
import type { IncidentName } from "../../local/world/incidents/incidents.ts";
import { clusterName } from "../../local/world/prometheus/exporter.ts";
import { startWorld } from "../../local/world/world.ts";
import { changesOf } from "../../test/support/stream.ts";
import { Meter } from "./meter.ts";
import { receive } from "./receive.ts";
import type { Trace } from "./trace.ts";

export const policyFile = join(import.meta.dirname, "../../adapters/policy/practice.yaml");
/** Those that go to a cluster; on AWS each asks the ledger first which one it is. */
const goers = ["Diagnose", "Escalate", "EvictWorkload", "RolloutWorkload", "LabelNamespace"];

/** Plays an incident of the practice world from its alert to its end, with the deployed handlers and the rendered workflow, and says what it took. */
export async function play(incident: IncidentName): Promise<Trace> {
  const dir = mkdtempSync(join(tmpdir(), "bench-cost-"));
  const at = places(dir);
  mkdirSync(dir, { recursive: true });
  const database = openDatabase(at.ledger);
  const world = await startWorld({ incident });
  const policy = loadPolicy(policyFile);
  const clock = () => instant(Date.now());
  const meter = new Meter();
  const log = (line: unknown) => meter.log(line);
  const closed: Extract<LedgerRecord, { type: "closed" }>[] = [];
  const plain = ledgerOver(sqliteStore(database), randomUUID);
  const counted = ledgerOver(meter.store(sqliteStore(database)), randomUUID);
  const archive = meter.archive(folderArchive(at.archive));
  const auditing: Auditing = {
    ...{ ledger: counted, archive, clock, log, clusters: [clusterName], done: remembering(1000) },
    audit: { write: async (line) => meter.audited(line) },
    tell: (measures, at) => meter.tell(measures, at),
  };
  // What the stream brings is taken in order, and record by record: in batches it would be cheaper.
  let records = 0;
  let stream = Promise.resolve<unknown>(undefined);
  const heard = (record: LedgerRecord) => {
    const Records = changesOf([record], ++records);
    stream = stream.then(() => meter.measure("Audit", () => audit({ Records }, auditing)));
    if (record.type === "closed") closed.push(record);
  };
  const ledger = watched(counted, { told: heard });
  const topic = { send: async () => void meter.messages++ } as unknown as SNSClient;
  const outside = openOutside(practiceOutside(world, policy), clock);
  const starter: Starter = { start: (id) => engineStarter(engine, ledger).start(id) };
  const waker: Waker = { wake: (token) => engineWaker(engine).wake(token) };
  const hands = Object.entries(outside.hands).map(([name, of]) => [name, { ...of, world: meter.world(of.world) }]);
  const handlers = handlersOver({
    ...{ ledger, archive, starter, waker, policy, clock },
    outside: { ...outside, world: meter.world(outside.world), hands: Object.fromEntries(hands) },
    desk: snsDesk({ client: topic, topic: "tickets", archive, locate: (address) => `s3://bucket/${placeOf(address)}` }),
    announcer: {
      approvalWaits: async ({ incident: { id }, plan }) => {
        meter.requests++;
        void wait(1000).then(() =>
          meter.measure("Answer", () => answer({ id, plan, yes: true, by: practiceApprover }, { ledger, waker, policy, clock })),
        );
      },
    },
  });
  const measured = Object.entries(handlers).map(([name, handler]) => {
    const asDeployed = async (input: { id: Parameters<typeof ledger.view>[0] }) => {
      if (goers.includes(name)) await ledger.view(input.id);
      const output = await handler(input as never);
      meter.log({ level: "info", message: name.toLowerCase(), incident: input.id, ms: 100 });
      return output;
    };
    return [name, (input: never) => meter.measure(name, () => asDeployed(input))];
  });
  const engine = createEngine({
    definition: workflow as Definition,
    handlers: Object.fromEntries(measured) as Handlers,
    moved: (_execution, { did }) => {
      if (did === "entered") meter.transitions++;
    },
  });

  await provisionSwitches(plain, dir, clusterName);
  const { secret, tokens } = provisionToken(dir, clusterName);
  const ports = { ledger, archive, starter, waker, policy, clock, log };
  const ingress = await receive(async (body, authorization) => {
    meter.requests++;
    const sender = await meter.measure("Authorize", async () => authorize({ authorization }, tokens));
    return sender ? (await meter.measure("Ingest", () => ingest({ body, source: "alertmanager", sender }, ports))).status : 401;
  });
  try {
    await world.fire(ingress.url, secret);
    while (closed.length === 0 || (await plain.open()).length > 0 || closed.some(({ incidentId }) => engine.running(incidentId)))
      await wait(50);
    await stream;
    const { says } = world;
    const { transitions, requests, messages, functions, series, total } = meter;
    return {
      incident,
      says,
      result: closed.map(({ result }) => result).join(", and its parent as "),
      transitions,
      requests,
      messages,
      functions,
      series,
      ...total,
    };
  } finally {
    await world.stop();
    await ingress.close();
    await engine.close();
    await outside.close();
    database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
