import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { sha256 } from "../../../kernel/digest.ts";
import { incidentId } from "../../../kernel/ids.ts";
import type { Ledger } from "../../../kernel/ports.ts";
import { after as later } from "../../../kernel/time.ts";
import type { IncidentId, Instant, Result } from "../../../kernel/types/index.ts";
import { ingest } from "../../../lambdas/ingest/handler.ts";
import { type Ports, patrol } from "../../../lambdas/patrol/handler.ts";
import { aPolicy, t0 } from "../../support/incidents.ts";
import { aDeployment, aPod, aWebhook, aWorld, lists } from "./cluster.ts";

const policy = aPolicy();
const two = {
  ...lists([aPod("checkout-a", { by: "ReplicaSet checkout-1" }), aPod("cart-a", { by: "ReplicaSet cart-1" })]),
  ...aWebhook(),
  ...aDeployment("checkout"),
  ...aDeployment("cart"),
};
const day = 24 * 3600;
const idOf = (name: string, generation = 1) =>
  incidentId(
    {
      cluster: "prod",
      scenario: "workloads-not-receiving-svids",
      scope: { of: "owner", namespace: "payments", kind: "Deployment", name },
    },
    generation,
  );

let ledger: Ledger;
let bodies: string[];
let lines: unknown[];
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "patrol-"));
  const file = openSqliteLedger({ path: join(folder, "ledger.db"), random: randomUUID });
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  ledger = file;
  bodies = [];
  lines = [];
});

/** The real way in, over a real ledger. */
function sent(body: string, now: Instant) {
  const archive = { put: async (bytes: string | Uint8Array) => sha256(bytes) };
  const ports = { ledger, archive, starter: { start: async () => {} }, waker: { wake: async () => {} }, policy, clock: () => now, log };
  return ingest({ body, source: "patrol", sender: { name: "patrol", clusters: ["prod"] } }, ports);
}
const log = (line: unknown) => void lines.push(line);

interface Round extends Partial<Pick<Ports, "ledger" | "deliver">> {
  readonly objects?: Readonly<Record<string, unknown>>;
  readonly now?: Instant;
}
function round({ objects = two, now = t0, ...change }: Round = {}) {
  const deliver = (body: string) => {
    bodies.push(body);
    return sent(body, now);
  };
  return patrol({ cluster: "prod", world: aWorld(objects), policy, ledger, deliver, clock: () => now, log, ...change });
}
const openIds = async () => (await ledger.open()).map(({ id }) => id).sort();

async function close(id: IncidentId, result: Result, now: Instant = t0) {
  const view = await ledger.view(id);
  if (!view) throw new Error(`no ${id}`);
  expect(await ledger.append(view, [{ type: "closed", result, says: "done" }], "test", now)).not.toBe("conflict");
}

describe("a round of the patrol", () => {
  test("opens an incident for each owner that it finds, as an alert of its own with the labels of our rule", async () => {
    expect(await round()).toMatchObject({ did: "look", at: t0, told: 2, finds: [{ name: "cart" }, { name: "checkout" }] });
    expect(await openIds()).toEqual([idOf("cart"), idOf("checkout")].sort());
    const view = await ledger.view(idOf("cart"));
    expect(view?.story[0]).toMatchObject({
      type: "opened",
      incident: {
        alertCount: 1,
        alerts: [
          {
            from: "patrol",
            status: "firing",
            startsAt: t0,
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
            labels: {
              alertname: "SpirlWorkloadNotInjected",
              cluster: "prod",
              scenario: "workloads-not-receiving-svids",
              severity: "warning",
              scope: "owner",
              namespace: "payments",
              workload_kind: "Deployment",
              workload: "cart",
            },
          },
        ],
      },
    });
  });

  test("delivers nothing where all is well", async () => {
    expect(await round({ objects: { ...lists([]), ...aWebhook() } })).toEqual({ did: "look", at: t0, finds: [], told: 0 });
    expect(bodies).toEqual([]);
  });

  test("tells nobody twice while an incident is open, and goes on finding it", async () => {
    await round();
    expect(await round({ now: later(t0, day * 3) })).toMatchObject({ told: 0, finds: [{ name: "cart" }, { name: "checkout" }] });
    expect(bodies).toHaveLength(1);
  });

  test.each<[Result, number]>([
    ["proved", 0],
    ["self-healed", 3600],
    ["repaired-unproved", day],
    ["observed", day],
    ["declined", day],
    ["escalated", day],
    ["folded", day],
    ["ignored", day],
  ])("after %s tells again what it finds after %i s", async (result, seconds) => {
    await round();
    await close(idOf("cart"), result);
    if (seconds > 0) {
      await round({ now: later(t0, seconds - 1) });
      expect(await openIds()).toEqual([idOf("checkout")]);
    }
    expect(await round({ now: later(t0, seconds) })).toMatchObject({ told: 1 });
    expect(await openIds()).toEqual([idOf("cart", 2), idOf("checkout")].sort());
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("goes by the newest of %i generations", async (generations) => {
    const one = { ...lists([aPod("cart-a", { by: "ReplicaSet cart-1" })]), ...aWebhook(), ...aDeployment("cart") };
    for (let generation = 1; generation <= generations; generation++) {
      expect(await round({ objects: one })).toMatchObject({ told: 1 });
      await close(idOf("cart", generation), generation === generations ? "escalated" : "proved");
    }
    expect(await round({ objects: one })).toMatchObject({ told: 0 });
  });

  test("that cannot see the cluster finds nothing, delivers nothing, and says why", async () => {
    expect(await round({ objects: { ...two, "/api/v1/pods": new Error("the role lacks list on pods") } })).toEqual({
      did: "blind",
      at: t0,
      reason: "the role lacks list on pods",
    });
    expect(bodies).toEqual([]);
    expect(lines).toMatchObject([{ level: "error", message: expect.stringContaining("the role lacks list on pods"), cluster: "prod" }]);
  });

  test("tells what the ledger cannot say anything about, and the rest all the same", async () => {
    const view = async (id: IncidentId) => {
      if (id === idOf("cart")) throw new Error("damaged");
      return ledger.view(id);
    };
    expect(await round({ ledger: { view } })).toMatchObject({ told: 2 });
  });

  test.each<[string, Ports["deliver"]]>([
    ["answered with 503", async () => ({ status: 503 })],
    ["answered with an error", async () => Promise.reject(new Error("Bearer secret"))],
  ])("whose delivery is %s has told nobody, says so, and tells it with the next", async (_what, deliver) => {
    expect(await round({ deliver })).toMatchObject({ did: "look", told: 0, finds: [{ name: "cart" }, { name: "checkout" }] });
    expect(lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/^2 finds of the patrol were not taken: (503|Error)$/) },
    ]);
    expect(await round()).toMatchObject({ told: 2 });
  });

  test("reads a cluster in which hundreds of owners are concerned", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `app-${index}`);
    const owners = names
      .map((name) => aDeployment(name))
      .reduce<Readonly<Record<string, unknown>>>((all, one) => Object.assign(all, one), {});
    const pods = names.map((name) => aPod(`${name}-a`, { by: `ReplicaSet ${name}-1` }));
    expect(await round({ objects: { ...lists(pods), ...aWebhook(), ...owners } })).toMatchObject({ did: "look", told: 300 });
  });
});

describe("what the way in takes as a patrol's word", () => {
  const find = { namespace: "payments", kind: "Deployment", name: "cart", pods: 1 };
  test.each<[string, unknown, number, string]>([
    ["nothing", undefined, 422, "body"],
    ["a kind that owns no pods", { patrol: { cluster: "prod", finds: [{ ...find, kind: "Secret" }] } }, 422, "patrol.finds.0.kind"],
    ["a find of another cluster", { patrol: { cluster: "elsewhere", finds: [find] } }, 403, "cluster"],
    ["a name that is none", { patrol: { cluster: "prod", finds: [{ ...find, name: "../x" }] } }, 422, "workload"],
  ])("%s is refused", async (_what, value, status, says) => {
    const reply = await sent(JSON.stringify(value) ?? "", t0);
    expect(reply.status).toBe(status);
    expect(JSON.stringify(reply.body)).toContain(says);
    expect(await ledger.open()).toEqual([]);
  });
});
