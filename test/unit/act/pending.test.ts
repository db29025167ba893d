import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, t0 } from "../../support/incidents.ts";
import { aPod, aStatefulSet, type Change, injected, label, merged, ownedBy, type Raw } from "../../support/objects.ts";
import { aPlannedRestart } from "./planned.ts";
import { anOpening, older, type Stage } from "./stage.ts";

const set = aStatefulSet({ spec: { replicas: 2 }, status: { replicas: 2, updatedReplicas: 2, readyReplicas: 2 } });
const replica = (index: number, change: Change = {}): Raw =>
  aPod(merged({ metadata: { name: `ledger-${index}`, ...ownedBy(set), labels: { app: "ledger", [label]: "enabled" } } }, change));
/** Pods that are well, so that the two that are not are few. */
const others = Array.from({ length: 20 }, (_, n) =>
  aPod({ metadata: { name: `ok-${n}`, labels: { [label]: "enabled" } }, spec: injected }),
);

/** A write of the first incident whose answer was lost, and whose execution is gone; a second incident that could be repaired; any lease is over. */
async function blocked(): Promise<{ stage: Stage; second: IncidentId }> {
  const stage = await aPlannedRestart();
  stage.hands.write = () => Promise.reject(new Error("socket hang up"));
  await expect(act(stage.id, stage.acting("RolloutWorkload"))).rejects.toThrow("socket hang up");
  stage.hands.write = async () => ({ effect: "applied", says: "done" });
  stage.now.objects = aWorld(...checkout({ pod: older }), set, replica(0, older), replica(1, { spec: injected }), ...others);
  const { lease } = (await stage.view()).cluster;
  if (!lease) throw new Error("no lease");
  stage.now.seconds = secondsBetween(t0, lease.until) + 1;
  const scope = { of: "owner", namespace: "payments", kind: "StatefulSet", name: "ledger" } as const;
  const opened = await stage.ledger.openOrJoin(anOpening({ scope, alerts: [anAlert({ fingerprint: "f9" })] }), stage.clock());
  if (opened.did !== "opened") throw new Error(opened.did);
  return { stage, second: opened.id };
}

describe("a write without an outcome blocks its cluster", () => {
  it("for every other incident, although the lease is over: they wait", async () => {
    const { stage, second } = await blocked();
    for (let round = 0; round < 3; round++) {
      await stage.decide({ id: second });
      await stage.diagnose(second);
      expect(await stage.decide({ id: second })).toMatchObject({ to: "Settle" });
      expect(await stage.last("decided", second)).toMatchObject({ verdict: { verdict: "deny", reasons: [{ guard: "one-at-a-time" }] } });
      stage.now.seconds += stage.policy.timing.lookAgainSeconds;
    }
    expect(stage.seen.written).toHaveLength(1);
  });

  it("until it was found out, by whoever is started for it: then the next one may write", async () => {
    const { stage, second } = await blocked();
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
    stage.hands.reconcile = async () => ({ effect: "not-applied", says: "its version is as it was read" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.ledger.cluster("prod")).not.toHaveProperty("pending");
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
    expect(await stage.plan(second)).toMatchObject({ to: "EvictWorkload" });
    await act(second, stage.acting("EvictWorkload"));
    expect(await stage.last("outcome", second)).toMatchObject({ effect: "applied" });
  });

  it("also against who was allowed before, and comes to the permit now", async () => {
    const { stage, second } = await blocked();
    const { pending, ...free } = await stage.ledger.cluster("prod");
    const view = stage.ledger.view;
    // What was seen is of before the first write.
    const ledger: Stage["ledger"] = { ...stage.ledger, view: async (id) => ({ ...(await view(id)), cluster: free }) as never };
    await stage.diagnose(second, { ledger });
    expect(await stage.decide({ id: second }, { ledger })).toMatchObject({ to: "EvictWorkload" });
    const on = stage.acting("EvictWorkload");
    await act(second, on);
    expect(pending).toBeDefined();
    expect(await stage.types(second)).not.toContain("intent");
    expect(await stage.last("decided", second)).toMatchObject({ at: "write", verdict: { reasons: [{ guard: "one-at-a-time" }] } });
  });
});
