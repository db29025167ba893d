import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { canonical, sha256 } from "../../../kernel/digest.ts";
import { sealing } from "../../../local/sealing.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { injected } from "../../support/objects.ts";
import { aStage, type Stage } from "../act/stage.ts";

const archived = (stage: Stage) => readdirSync(join(stage.folder, "archive"), { recursive: true }).map(String);

it("on one machine, too, a closed story is sealed into the archive, and nothing before", async () => {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  await stage.plan();
  const { story, head } = await stage.view();
  const seals = sealing(stage.ledger, stage.archive, () => {});
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
  const seals = sealing(stage.ledger, { put: () => Promise.reject(new Error("the disk is full")) }, (line) => lines.push(line));
  seals.told(await stage.last("closed"));
  await seals.settled();
  expect(lines).toEqual([{ level: "error", message: `${stage.id} was not sealed: the disk is full`, incident: stage.id }]);
});
