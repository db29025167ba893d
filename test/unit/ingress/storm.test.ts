import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger, type SqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { type Ingress, startIngress } from "../../../local/ingress/server.ts";
import { anAlert, bearer, bodyOf, memory, tokens } from "./support.ts";

/** What a storm may take, on a machine that does other things as well. */
const patienceMs = 15_000;
const many = 10_000;

let folder: string;
let ledger: SqliteLedger;
let ingress: Ingress;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ingress-"));
  ledger = openSqliteLedger({ path: join(folder, "ledger.db"), random: randomUUID });
  ingress = await startIngress({ port: 0, tokens, ports: { ...memory().ports, ledger, archive: folderArchive(join(folder, "archive")) } });
});
afterEach(async () => {
  await ingress.close();
  ledger.close();
  rmSync(folder, { recursive: true });
});

async function post(alerts: readonly unknown[]) {
  const body = bodyOf(alerts);
  const began = performance.now();
  const headers = { authorization: `Bearer ${bearer}`, connection: "close" };
  const answer = await fetch(`${ingress.url}/alerts`, { method: "POST", headers, body });
  const told = (await answer.json()) as { accepted: { alerts: number }[]; rejected: unknown[] };
  return { status: answer.status, bytes: body.length, ms: performance.now() - began, told };
}
const numbered = (n: number, labels: object = {}) => anAlert({}, { instance: `10.0.0.1:${n}`, ...labels });

describe(`${many} alerts in one body, on a real ledger`, () => {
  it("about one thing become one incident", async () => {
    const { status, bytes, ms, told } = await post(Array.from({ length: many }, (_, n) => numbered(n)));
    expect([status, told.accepted, told.rejected]).toEqual([200, [expect.objectContaining({ alerts: many })], []]);
    expect(bytes).toBeGreaterThan(many * 400);
    const [incident, ...others] = await ledger.open();
    expect([incident?.alertCount, others.length]).toEqual([many, 0]);
    expect(ms).toBeLessThan(patienceMs);
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
    const { status, ms, told } = await storm;
    expect([status, told.accepted.length, told.rejected.length]).toEqual([200, 196, 200]);
    expect(told.accepted.reduce((sum, { alerts: of }) => sum + of, 0)).toBe(many - 200);
    expect((await ledger.open()).length).toBe(196);
    expect((await ledger.rejections("2026-11-02")).length).toBe(200);
    expect(ms).toBeLessThan(patienceMs);
    expect(answers).toBeGreaterThan(0);
  });

  it("sent twice change nothing", async () => {
    const alerts = Array.from({ length: 200 }, (_, n) => numbered(n, { workload: `w-${n % 20}` }));
    const first = await post(alerts);
    const open = await ledger.open();
    expect((await post(alerts)).told).toEqual(first.told);
    expect(await ledger.open()).toEqual(open);
  });
});
