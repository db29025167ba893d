import { expect } from "vitest";
import { aStage, type Stage } from "./stage.ts";

/** A restart of payments/checkout that is decided and not yet carried out. */
export async function aPlannedRestart(): Promise<Stage> {
  const stage = await aStage();
  const next = await stage.plan();
  if (next.to !== "RolloutWorkload") throw new Error(`planned ${JSON.stringify(next)}`);
  stage.seen.forget();
  stage.now.seconds += 5;
  return stage;
}

/** No write, no intent, no lease, and no place of the hour taken. */
export async function untouched(stage: Stage): Promise<void> {
  expect(stage.seen.written).toEqual([]);
  expect(await stage.types()).not.toContain("intent");
  const { cluster } = await stage.view();
  expect(cluster.changes).toEqual([]);
  expect(cluster).not.toHaveProperty("lease");
}
