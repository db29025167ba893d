import { describe, expect, test } from "vitest";
import { until } from "../../cluster/parts/process.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { ticketDesk } from "../support/desk.ts";
import { functionBehind } from "../support/entries.ts";
import { approve } from "../support/people.ts";
import { onCall } from "../support/policy.ts";
import type { Scene } from "../support/scene.ts";

export function approval({ stage, scenario, running, incident, agreed }: Scene): void {
  describe("a change that needs a person's word", () => {
    test("waits for it, takes it only from who may give it, and is proved after it", () =>
      scenario("template", async (since) => {
        const desk = await ticketDesk(stage().sns, stage().deployment.outputs.Tickets ?? "");
        await running({ name: "checkout", namespace: "template" });
        const checkout = incident("template", "checkout");
        await checkout.asks();
        expect((await agreed(since)).writes).toEqual([]);
        await until("people are told", 20, async () => desk.messages.length > 0);
        const [asked] = recordsOf((await checkout.view()).story, "asked");
        expect(desk.messages).toMatchObject([{ Message: expect.stringContaining(`Incident ${checkout.id}, plan ${asked?.plan}`) }]);
        await desk.stop();
        expect(await approve(stage(), checkout, "stranger")).toMatchObject({ status: 403 });
        expect(await approve(stage(), checkout, "approver")).toMatchObject({ status: 200 });
        const story = await checkout.has("closed");
        expect(recordsOf(story, "answered")).toMatchObject([{ yes: true, who: expect.stringContaining(`/${onCall}/jo`) }]);
        expect(recordsOf(story, "closed")).toMatchObject([{ result: "proved" }]);
        await checkout.is("SUCCEEDED");
        const { writes, intents } = await agreed(since);
        expect(intents.map(({ remedy }) => remedy.kind)).toEqual(["label-pod-template"]);
        expect(writes.map(({ user }) => functionBehind(stage().roles, user))).toEqual(["RolloutWorkload"]);
      }));
  });
}
