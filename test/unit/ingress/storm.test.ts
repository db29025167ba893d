import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger, type SqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import type { Definition } from "../../../lib/definition.ts";
import workflow from "../../../lib/workflow.asl.json" with { type: "json" };
import { createEngine } from "../../../local/engine/engine.ts";
import { startQueue } from "../../../local/engine/queue.ts";
import { engineStarter } from "../../../local/engine/starter.ts";
import { type Ingress, startIngress } from "../../../local/ingress/server.ts";
import { anAlert, bearer, bodyOf, memory, send, tokens } from "./support.ts";

const many = 10_000;
/** How long it takes is the benchmark's to say: here it may take as long as a machine that does other things as well needs. */
const longestMs = 120_000;

let folder: string;
let ledger: SqliteLedger;
let ingress: Ingress;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ingress-"));
  ledger = openSqliteLedger({ path: join(folder, "ledger.db"), random: randomUUID });
  ingress = await startIngress({
    port: 0,
    tokens,
    ports: { ...memory().ports, longestMs, ledger, archive: folderArchive(join(folder, "archive")) },
  });
});
afterEach(async () => {
  await ingress.close();
  ledger.close();
  rmSync(folder, { recursive: true });
});

async function post(alerts: readonly unknown[], to = ingress) {
  const body = bodyOf(alerts);
  const headers = { authorization: `Bearer ${bearer}`, connection: "close" };
  const answer = await fetch(`${to.url}/alerts`, { method: "POST", headers, body });
  const told = (await answer.json()) as { accepted: { alerts: number }[]; rejected: unknown[] };
  return { status: answer.status, bytes: body.length, told };
}
const numbered = (n: number, labels: object = {}) => anAlert({}, { instance: `10.0.0.1:${n}`, ...labels });

describe(`${many} alerts in one body, on a real ledger`, { timeout: longestMs }, () => {
  it("about one thing become one incident", async () => {
    const { status, bytes, told } = await post(Array.from({ length: many }, (_, n) => numbered(n)));
    expect([status, told.accepted, told.rejected]).toEqual([200, [expect.objectContaining({ alerts: many })], []]);
    expect(bytes).toBeGreaterThan(many * 400);
    const [incident, ...others] = await ledger.open();
    expect([incident?.alertCount, others.length]).toEqual([many, 0]);
  });

  it("about hundreds of things become hundreds of incidents, each bad one named between them; meanwhile the server answers others", async () => {
    const alerts = Array.from({ length: many }, (_, n) => numbered(n, { workload: n % 50 === 0 ? `<b>${n}` : `w-${n % 200}` }));
    let over = false;
    const storm = post(alerts).finally(() => {
      over = true;
    });
    let answers = 0;
    while (!over) {
      await (await fetch(`${ingress.url}/healthz`)).text();
      answers += 1;
    }
    const { status, told } = await storm;
    expect([status, told.accepted.length, told.rejected.length]).toEqual([200, 196, 200]);
    expect(told.accepted.reduce((sum, { alerts: of }) => sum + of, 0)).toBe(many - 200);
    expect((await ledger.open()).length).toBe(196);
    expect((await ledger.rejections("2026-11-02")).length).toBe(200);
    expect(answers).toBeGreaterThan(0);
  });

  it("about as many things are all on record, and the executions go on by turns: never more than the bounds, and no more at the end", async () => {
    const ended = Promise.withResolvers<void>();
    const gone = async ({ id }: { id: IncidentId }) => {
      most = Math.max(most, engine.load().going);
      seen.add(id);
      if (seen.size === many) ended.resolve();
      return { id, to: "Done" };
    };
    let most = 0;
    const seen = new Set<IncidentId>();
    const none = async () => undefined;
    const writers = { EvictWorkload: none, RolloutWorkload: none, LabelNamespace: none };
    const engine = createEngine({
      definition: workflow as Definition,
      handlers: { Decide: gone, Diagnose: none, Ask: none, Escalate: none, ...writers },
      freed: () => queue.look(),
    });
    const started = engineStarter(engine, ledger);
    const queue = startQueue({
      load: engine.load,
      most: { going: 8, all: 100 },
      start: (id) => started.start(id),
      failed: (_, error) => ended.reject(error),
    });
    const ports = {
      ...memory().ports,
      longestMs,
      ledger,
      archive: folderArchive(join(folder, "archive")),
      starter: { start: async (id: IncidentId) => queue.add(id) },
    };
    const own = await startIngress({ port: 0, tokens, ports });
    try {
      const { status, told } = await post(
        Array.from({ length: many }, (_, n) => numbered(n, { workload: `w-${n}` })),
        own,
      );
      expect([status, told.accepted.length, told.rejected]).toEqual([200, many, []]);
      await ended.promise;
      expect(seen.size).toBe(many);
      expect(most).toBeLessThanOrEqual(8);
      await expect.poll(() => engine.load()).toEqual({ going: 0, all: 0 });
    } finally {
      await own.close();
      await queue.close();
      await engine.close();
    }
  });

  it("that take too long are told how much is on record, and the rest the next time", async () => {
    const enough = new AbortController();
    let opened = 0;
    const slow: typeof ledger.openOrJoin = (...given) => {
      opened += 1;
      if (opened === 100) enough.abort();
      return ledger.openOrJoin(...given);
    };
    const ports = { ...memory().ports, archive: folderArchive(join(folder, "archive")) };
    const body = bodyOf(Array.from({ length: 200 }, (_, n) => numbered(n, { workload: `w-${n}` })));
    const late = await send({ body }, { ...ports, ledger: { ...ledger, openOrJoin: slow }, enough: enough.signal });
    const [, onRecord] = /^(\d+) of 200 incidents are on record: send it again$/.exec(late.body.error) ?? [];
    expect([late.status, Number(onRecord)]).toEqual([503, (await ledger.open()).length]);
    expect(Number(onRecord)).toBeLessThan(200);
    expect((await send({ body }, { ...ports, ledger })).body.accepted).toHaveLength(200);
    expect(await ledger.open()).toHaveLength(200);
  });

  it("sent twice change nothing", async () => {
    const alerts = Array.from({ length: 200 }, (_, n) => numbered(n, { workload: `w-${n % 20}` }));
    const first = await post(alerts);
    const open = await ledger.open();
    expect((await post(alerts)).told).toEqual(first.told);
    expect(await ledger.open()).toEqual(open);
  });
});
