import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { verify } from "../../../kernel/story.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { approve } from "../support/people.ts";
import type { Scene } from "../support/scene.ts";

const MINUTE = 60_000;

/** See docs/how-to/upgrade.md. */
export function upgrade({ stage, scenario, running, incident, agreed }: Scene): void {
  describe("a new version that is deployed while an incident waits for its answer", () => {
    test(
      "finds the approval still there, and what is written is permitted by the new policy",
      () =>
        scenario("upgraded", async (since) => {
          await running({ name: "checkout", namespace: "upgraded" });
          const checkout = incident("upgraded", "checkout");
          await checkout.asks();
          const next = await stage().upgrade("Another version", (policy) => policy.replace("changesPerHour: 60", "changesPerHour: 59"));
          const stateMachineArn = stage().deployment.outputs.Workflow ?? "";
          const { definition } = await stage().sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
          expect(definition).toContain("Another version. By hand");
          await checkout.is("RUNNING");

          expect(await approve(stage(), checkout, "approver")).toMatchObject({ status: 200 });
          const story = await checkout.has("closed");
          expect(recordsOf(story, "closed")).toMatchObject([{ result: "proved" }]);
          expect(verify(story)).toEqual({ whole: true });
          await checkout.is("SUCCEEDED");
          const [decided, intent] = [recordsOf(story, "decided")[0], recordsOf(story, "intent")[0]];
          expect([decided?.basis?.policy, intent?.basis?.policy]).toEqual([stage().policy.version, next.version]);
          expect(next.version).not.toBe(stage().policy.version);
          expect((await agreed(since)).writes).toHaveLength(1);
        }),
      3 * MINUTE,
    );
  });
}
