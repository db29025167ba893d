import { describe, expect, test } from "vitest";
import { injectionLabel } from "../../cluster/support/manifests.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { resumeWriters, stopWriters } from "../support/functions.ts";
import type { Scene } from "../support/scene.ts";

/** Without our own tables: the functions that write are not started any more. */
export function emergencyStop({ stage, scenario, runningBeforeTheWebhook, uids, incident, agreed }: Scene): void {
  const older = (namespace: string) => ({ name: "checkout", namespace, labels: injectionLabel });

  describe("the emergency stop", () => {
    test("lets nothing be written: what would have been repaired becomes a ticket", () =>
      scenario("halted", async (since) => {
        await stopWriters(stage());
        try {
          await runningBeforeTheWebhook(older("halted"));
          const before = await uids("halted");
          const story = await incident("halted", "checkout").has("closed");
          expect(recordsOf(story, "decided")).toMatchObject([{ verdict: { verdict: "allow" } }]);
          expect(recordsOf(story, "faulted").map(({ state }) => state)).toEqual([1, 2, 3].map(() => "RolloutWorkload"));
          expect(recordsOf(story, "closed")).toMatchObject([{ result: "escalated" }]);
          expect(await uids("halted")).toEqual(before);
          expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
        } finally {
          await resumeWriters(stage());
        }
      }));

    test("is over when it is lifted: the next one is repaired and proved", () =>
      scenario("resumed", async (since) => {
        await runningBeforeTheWebhook(older("resumed"));
        const story = await incident("resumed", "checkout").has("closed");
        expect(recordsOf(story, "closed")).toMatchObject([{ result: "proved" }]);
        expect((await agreed(since)).writes).toHaveLength(1);
      }));
  });
}
