import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { install } from "../cluster/parts/install.ts";
import { healthyFleet, injectionLabel, namespace } from "../cluster/support/manifests.ts";
import { approval } from "./seen/approval.ts";
import { emergencyStop } from "./seen/emergency-stop.ts";
import { repair } from "./seen/repair.ts";
import { sweeper } from "./seen/sweeper.ts";
import { ticket } from "./seen/ticket.ts";
import { wayIn } from "./seen/way-in.ts";
import { sceneOn } from "./support/scene.ts";
import { type Stage, setStage } from "./support/stage.ts";

const MINUTE = 60_000;
let stage: Stage;
const scene = sceneOn(() => stage);

beforeAll(() => install(), 45 * MINUTE);
beforeAll(async () => {
  const began = performance.now();
  stage = await setStage();
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
