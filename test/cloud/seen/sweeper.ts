import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { verify } from "../../../kernel/story.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { invoke } from "../support/functions.ts";
import { approve } from "../support/people.ts";
import type { Scene } from "../support/scene.ts";

export function sweeper({ stage, scenario, running, incident, agreed }: Scene): void {
  describe("an execution that is stopped from outside", () => {
    test("is replaced by the sweeper, and the next one ends the incident", () =>
      scenario("space", async (since) => {
        await running({ name: "checkout", namespace: "space" });
        const checkout = incident("space", "checkout");
        await checkout.asks();
        await stage().sfn.send(new StopExecutionCommand({ executionArn: checkout.execution(1) }));
        await checkout.is("ABORTED");
        expect(await invoke(stage(), "Sweep")).toEqual({ open: 1, failed: 0 });
        await checkout.is("RUNNING", 2);
        await checkout.asks();
        expect(await approve(stage(), checkout, "approver")).toMatchObject({ status: 200 });
        const story = await checkout.has("closed");
        expect(recordsOf(story, "closed")).toMatchObject([{ result: "proved" }]);
        expect(verify(story)).toEqual({ whole: true });
        await checkout.is("SUCCEEDED", 2);
        expect((await agreed(since)).writes).toHaveLength(1);
      }));
  });
}
