import { expect } from "vitest";
import { answer } from "../../../lambdas/answer/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { aPolicy } from "../../support/incidents.ts";
import { type Change, label } from "../../support/objects.ts";
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

const unlabelled: Change = { spec: { template: { metadata: { labels: { [label]: undefined } } } } };
const pod: Change = { metadata: { labels: { [label]: undefined } } };

/** A label for the template of payments/checkout that a person has approved, and that is not written yet. */
export async function anApprovedLabel(): Promise<Stage> {
  const stage = await aStage({
    policy: aPolicy({ expected: [{ namespace: "payments" }], limits: { changesPerHour: 2 } }),
    objects: aWorld(...checkout({ deployment: unlabelled, pod })),
  });
  expect(await stage.plan()).toMatchObject({ to: "Ask" });
  const { ledger, policy, clock } = stage;
  const yes = await answer({ id: stage.id, yes: true, by: "alice" }, { ledger, waker: { wake: async () => {} }, policy, clock });
  expect(yes).toMatchObject({ did: "recorded" });
  expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
  stage.seen.forget();
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
