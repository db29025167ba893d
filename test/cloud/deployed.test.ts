import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../kernel/time.ts";
import type { Instant } from "../../kernel/types/index.ts";
import { install } from "../cluster/parts/install.ts";
import { healthyFleet, injectionLabel, namespace } from "../cluster/support/manifests.ts";
import { approval } from "./seen/approval.ts";
import { audit } from "./seen/audit.ts";
import { commands } from "./seen/commands.ts";
import { emergencyStop } from "./seen/emergency-stop.ts";
import { otherWaysIn } from "./seen/other-ways-in.ts";
import { repair } from "./seen/repair.ts";
import { storm } from "./seen/storm.ts";
import { sweeper } from "./seen/sweeper.ts";
import { ticket } from "./seen/ticket.ts";
import { upgrade } from "./seen/upgrade.ts";
import { wayIn } from "./seen/way-in.ts";
import { sceneOn } from "./support/scene.ts";
import { type Stage, setStage } from "./support/stage.ts";

const MINUTE = 60_000;
let stage: Stage;
let begun: Instant;
const scene = sceneOn(() => stage);

beforeAll(() => install(), 45 * MINUTE);
beforeAll(async () => {
  const began = performance.now();
  stage = await setStage();
  begun = instant(Date.now());
  await scene.apply(namespace("healthy", injectionLabel));
  await scene.running(...healthyFleet);
  console.log(`the stage was set in ${Math.round((performance.now() - began) / 1000)} s;`, stage.deployment.took);
}, 5 * MINUTE);
afterAll(() => stage?.stop(), MINUTE);

describe("the stack, really bootstrapped and deployed", () => {
  test("says where alerts go, what runs them, and where their tokens belong", () => {
    expect(Object.keys(stage.deployment.outputs)).toEqual(expect.arrayContaining(["Alerts", "Workflow", "Tokens", "Tickets"]));
  });

  test("has a ledger with nothing in it", async () => expect(await stage.ledger.open()).toEqual([]));
});

wayIn(scene);
repair(scene);
approval(scene);
ticket(scene);
emergencyStop(scene);
sweeper(scene);
upgrade(scene);
otherWaysIn(scene);
commands(scene);
audit(scene, () => begun);

// The last: what it leaves behind goes on until the stage ends.
storm(scene);
