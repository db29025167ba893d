import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { canonical, sha256 } from "../../../kernel/digest.ts";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId, Instant } from "../../../kernel/types/index.ts";
import { sealing } from "../../../local/sealing.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { injected } from "../../support/objects.ts";
import { aStage, type Stage } from "../act/stage.ts";

/** Of which this was closed lately. */
const ledgerOf = ({ ledger }: Stage, closedSince: SqliteLedger["closedSince"] = async () => []) => ({ view: ledger.view, closedSince });
const archived = (stage: Stage) => readdirSync(join(stage.folder, "archive"), { recursive: true }).map(String);

it("on one machine, too, a closed story is sealed into the archive, and nothing before", async () => {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  await stage.plan();
  const { story, head } = await stage.view();
  const seals = sealing(ledgerOf(stage), stage.archive, () => {});
  const address = sha256(canonical({ incident: stage.id, head: head.hash, story }));
  for (const record of story.slice(0, -1)) seals.told(record);
  await seals.settled();
  expect(archived(stage)).not.toContain(`${address.slice(0, 2)}/${address}`);
  seals.told(await stage.last("closed"));
  await seals.settled();
  expect(archived(stage)).toContain(`${address.slice(0, 2)}/${address}`);
});

it("one that cannot be sealed is named, and nothing else fails", async () => {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  await stage.plan();
  const lines: unknown[] = [];
  const seals = sealing(ledgerOf(stage), { put: () => Promise.reject(new Error("the disk is full")) }, (line) => lines.push(line));
  seals.told(await stage.last("closed"));
  await seals.settled();
  expect(lines).toEqual([{ level: "error", message: `${stage.id} was not sealed: the disk is full`, incident: stage.id }]);
});

it("at a start what was closed within the hour is sealed again, but for what is damaged, and whoever cannot be asked stops nothing", async () => {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  await stage.plan();
  const { story, head } = await stage.view();
  const damaged = "damaged" as IncidentId;
  const lines: unknown[] = [];
  const asked: string[] = [];
  const ledger = {
    view: async (id: IncidentId) => (id === damaged ? Promise.reject(new Error("the ledger is damaged")) : stage.ledger.view(id)),
    closedSince: async (at: Instant) => (asked.push(at) === 1 ? [damaged, stage.id] : Promise.reject(new Error("the file is full"))),
  };
  const seals = sealing(ledger, stage.archive, (line) => lines.push(line));
  for (const _ of ["one start", "the next"]) {
    seals.again(instant(Date.UTC(2026, 10, 2, 3)));
    await seals.settled();
  }
  expect(asked).toEqual(["2026-11-02T02:00:00.000Z", "2026-11-02T02:00:00.000Z"]);
  const address = sha256(canonical({ incident: stage.id, head: head.hash, story }));
  expect(archived(stage)).toContain(`${address.slice(0, 2)}/${address}`);
  expect(lines).toEqual([
    { level: "error", message: "damaged was not sealed: the ledger is damaged", incident: damaged },
    { level: "error", message: "what was closed since 2026-11-02T02:00:00.000Z was not sealed: the file is full" },
  ]);
});
