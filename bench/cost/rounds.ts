import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ledgerOver } from "../../adapters/ledger/ledger.ts";
import { openDatabase } from "../../adapters/ledger/sqlite/schema.ts";
import { sqliteStore } from "../../adapters/ledger/sqlite/store.ts";
import { kinds } from "../../adapters/policy/names.ts";
import { loadPolicy } from "../../adapters/policy/parse.ts";
import { instant } from "../../kernel/time.ts";
import { patrol } from "../../lambdas/patrol/handler.ts";
import { sweep } from "../../lambdas/sweep/handler.ts";
import { openOutside } from "../../local/outside.ts";
import { places } from "../../local/places.ts";
import { practiceOutside } from "../../local/settings.ts";
import { clusterName } from "../../local/world/prometheus/exporter.ts";
import { startWorld } from "../../local/world/world.ts";
import { Meter } from "./meter.ts";
import { policyFile } from "./play.ts";
import type { Round } from "./trace.ts";

const clock = () => instant(Date.now());

/** One look of the sweeper where nothing is open. */
export async function sweepOnce(): Promise<Round> {
  const dir = mkdtempSync(join(tmpdir(), "bench-cost-"));
  const database = openDatabase(places(dir).ledger);
  try {
    const meter = new Meter();
    const ledger = ledgerOver(meter.store(sqliteStore(database)), randomUUID);
    const keeper = { keep: async () => "running" as const };
    const log = (line: unknown) => meter.log(line);
    const ports = { ...{ ledger, keeper, kinds, clock, log }, policy: loadPolicy(policyFile), tell: meter.tell.bind(meter) };
    const swept = await meter.measure("Sweep", () => sweep(ports, { parallel: 1, seconds: 30 }));
    log({ level: "info", message: "swept", ...swept });
    return meter.round("Sweep");
  } finally {
    database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One look of the patrol over the practice world. What it finds there goes nowhere. */
export async function patrolOnce(): Promise<Round> {
  const world = await startWorld({ incident: "older-than-webhook" });
  const policy = loadPolicy(policyFile);
  const outside = openOutside(practiceOutside(world, policy), clock);
  try {
    const meter = new Meter();
    const log = (line: unknown) => meter.log(line);
    const ports = { ...{ cluster: clusterName, policy, clock, log }, world: meter.world(outside.world) };
    const nothing = { ledger: { view: async () => undefined }, deliver: async () => ({ status: 200 as const }) };
    await meter.measure("Patrol", () => patrol({ ...ports, ...nothing }));
    log({ level: "info", message: "patrolled", cluster: clusterName, finds: 0, told: 0 });
    return meter.round("Patrol");
  } finally {
    await outside.close();
    await world.stop();
  }
}
