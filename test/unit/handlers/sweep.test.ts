import { expect, it } from "vitest";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { sweep } from "../../../lambdas/sweep/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, at } from "../../support/incidents.ts";
import { injected } from "../../support/objects.ts";
import { anOpening, aStage, type Stage } from "../act/stage.ts";

async function more({ ledger }: Stage, ...names: readonly string[]): Promise<readonly IncidentId[]> {
  const ids: IncidentId[] = [];
  for (const [index, name] of names.entries()) {
    const scope = { of: "owner", namespace: "payments", kind: "Deployment", name } as const;
    const opened = await ledger.openOrJoin(anOpening({ scope, alerts: [anAlert({ fingerprint: name })] }), at(1 + index));
    if (opened.did === "opened") ids.push(opened.id);
  }
  return ids;
}

it("starts what is open, the oldest first, and nothing that is closed", async () => {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  const others = await more(stage, "cart", "search");
  const started: IncidentId[] = [];
  const ports = { ledger: stage.ledger, starter: { start: async (id: IncidentId) => void started.push(id) }, log: () => {} };
  expect(await sweep(ports)).toEqual({ open: 3, failed: 0 });
  expect(started).toEqual([stage.id, ...others]);
  expect(await stage.plan()).toMatchObject({ to: "Done" });
  started.length = 0;
  expect(await sweep(ports)).toEqual({ open: 2, failed: 0 });
  expect(started).toEqual(others);
});

it("one that cannot be started is named, and does not keep the others waiting", async () => {
  const stage = await aStage();
  const [second, third] = await more(stage, "cart", "search");
  const started: IncidentId[] = [];
  const lines: unknown[] = [];
  const start = async (id: IncidentId) => {
    if (id === second) throw new Error("throttled");
    started.push(id);
  };
  expect(await sweep({ ledger: stage.ledger, starter: { start }, log: (line) => lines.push(line) })).toEqual({ open: 3, failed: 1 });
  expect(started).toEqual([stage.id, third]);
  expect(lines).toEqual([{ level: "error", message: "cannot be started: throttled", incident: second }]);
});

it("a ledger that cannot be read is a fault of the sweep", async () => {
  const stage = await aStage();
  const ledger = { ...stage.ledger, open: () => Promise.reject(new Error("no route")) };
  await expect(sweep({ ledger, starter: { start: async () => {} }, log: () => {} })).rejects.toThrow("no route");
});
