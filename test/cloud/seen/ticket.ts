import { describe, expect, test } from "vitest";
import type { Ticket } from "../../../kernel/ports.ts";
import type { Sha256 } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { injectionLabel } from "../../cluster/support/manifests.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { ticketDesk } from "../support/desk.ts";
import { withhold } from "../support/emulated-iam.ts";
import { linesOf } from "../support/logs.ts";
import type { Scene } from "../support/scene.ts";

/** Pods that would need the volume, where no volume can be had. */
const onFargate = (namespace: string) => ({
  name: "checkout",
  namespace,
  labels: { ...injectionLabel, "eks.amazonaws.com/fargate-profile": "default" },
});

export function ticket({ stage, scenario, runningBeforeTheWebhook, incident, agreed }: Scene): void {
  describe("what no remedy is for", () => {
    test("becomes a ticket: in the archive, and at the desk that subscribes to the topic", () =>
      scenario("serverless", async (since) => {
        const desk = await ticketDesk(stage().sns, stage().deployment.outputs.Tickets ?? "");
        try {
          await runningBeforeTheWebhook(onFargate("serverless"));
          const checkout = incident("serverless", "checkout");
          const story = await checkout.has("closed");
          expect(recordsOf(story, "closed")).toMatchObject([{ result: "escalated" }]);
          expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
          await until("the desk has the ticket and the comment", 20, async () => desk.messages.length === 2);
          const [opened, commented] = desk.messages;
          const address = /The whole ticket: s3:\/\/[^/]+\/[0-9a-f]{2}\/([0-9a-f]{64})/.exec(opened?.Message ?? "")?.[1] ?? "";
          const archived = await stage().archive.get(address as Sha256);
          const { attachments, ...written } = JSON.parse(Buffer.from(archived).toString("utf8")) as Ticket;
          expect(written.incident).toBe(checkout.id);
          expect(opened?.Subject).toContain(written.title);
          expect(opened?.Message).toContain(written.body);
          const [diagnosed] = recordsOf(story, "diagnosed");
          expect(attachments).toContainEqual({ name: "evidence.json", archive: diagnosed?.evidence });
          for (const { archive } of attachments) expect((await stage().archive.get(archive)).length).toBeGreaterThan(0);
          const [comment] = recordsOf(story, "commented");
          expect(commented?.Message).toContain(comment?.archive);
        } finally {
          await desk.stop();
        }
      }));

    test("waits where the topic takes no message, and is told as soon as it does", () =>
      scenario("unheard", async () => {
        const { emulator, deployment } = stage();
        const desk = await ticketDesk(stage().sns, deployment.outputs.Tickets ?? "");
        const giveBack = await withhold(emulator.endpoint, deployment.nameOf("FunctionsEscalateRole"), "sns:Publish");
        const checkout = incident("unheard", "checkout");
        const failed = async () =>
          (await linesOf(stage(), "Escalate")).some((line) => line.includes("escalate failed") && line.includes(checkout.id));
        try {
          await runningBeforeTheWebhook(onFargate("unheard"));
          await checkout.until("the ticket cannot be told", failed);
          const { story, head } = await checkout.view();
          expect(head.open).toBe(true);
          expect(recordsOf(story, "escalating")).toHaveLength(1);
          expect(recordsOf(story, "ticketed")).toEqual([]);
          expect(desk.messages).toEqual([]);
        } finally {
          await giveBack();
        }
        expect(recordsOf(await checkout.has("closed"), "ticketed")).toMatchObject([{ ticket: checkout.id }]);
        await until("the desk has the ticket and the comment", 20, async () => desk.messages.length === 2);
        await desk.stop();
      }));
  });
}
