import { describe, expect, test } from "vitest";
import { verify } from "../../../kernel/story.ts";
import { injectionLabel } from "../../cluster/support/manifests.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { injected } from "../../cluster/support/workloads.ts";
import { functionBehind } from "../support/entries.ts";
import type { Scene } from "../support/scene.ts";

export function repair({ stage, scenario, runningBeforeTheWebhook, uids, podsIn, incident, agreed }: Scene): void {
  const behind = ({ user }: { readonly user: string }) => functionBehind(stage().roles, user);

  describe("an alert of Alertmanager's", () => {
    test("is proved repaired by the deployed functions, with the whole story on record", () =>
      scenario("older", async (since) => {
        await runningBeforeTheWebhook({ name: "checkout", namespace: "older", labels: injectionLabel });
        const before = await uids("older");
        const checkout = incident("older", "checkout");
        const story = await checkout.has("closed");
        expect(recordsOf(story, "opened")[0]?.incident.alerts[0]).toMatchObject({ from: "alertmanager", cluster: clusterName });
        expect(recordsOf(story, "closed")).toMatchObject([{ result: "proved" }]);
        const minted = recordsOf(story, "looked").map(({ findings }) => findings.find(({ check }) => check === "proof.minted")?.is);
        expect(minted.slice(-2)).toEqual(["healthy", "healthy"]);
        expect(verify(story)).toEqual({ whole: true });
        await checkout.is("SUCCEEDED");

        const pods = await podsIn("older");
        expect(pods.every(injected)).toBe(true);
        expect(pods.filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
        const { writes, intents } = await agreed(since);
        expect(intents.map(({ remedy }) => remedy.kind)).toEqual(["rollout-restart"]);
        const patched = { verb: "patch", objectRef: { name: "checkout" }, responseStatus: { code: 200 } };
        expect(writes).toMatchObject([patched]);
        expect(writes.map(behind)).toEqual(["RolloutWorkload"]);
        // So that whoever reads the cluster's audit log finds the incident.
        expect(writes[0]?.user).toMatch(new RegExp(`/${checkout.id}$`));
        const reads = (await stage().cluster.audit()).filter((event) => behind(event) === "Diagnose");
        expect(reads.length).toBeGreaterThan(5);
      }));
  });
}
