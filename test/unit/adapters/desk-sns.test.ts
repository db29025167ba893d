import type { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { placeOf } from "../../../adapters/archive/address.ts";
import { snsDesk } from "../../../adapters/desk/sns.ts";
import { sha256 } from "../../../kernel/digest.ts";
import type { Ticket } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";

const logs = sha256("logs");
const ticket: Ticket = {
  incident: "prod-svids-checkout-g1" as IncidentId,
  title: "prod: checkout",
  priority: "high",
  body: "## Why this is yours\n\nno webhook",
  attachments: [{ name: "agent-logs-before.json", archive: logs }],
};

/** A topic that takes what SNS takes: 256 KiB, and a subject of one line of ASCII. */
function aDesk() {
  const said: PublishCommand["input"][] = [];
  const client = {
    send: async ({ input }: PublishCommand) => {
      const { Subject = "", Message = "" } = input;
      if (Buffer.byteLength(Message) > 256 * 1024 || !/^[\x20-\x7e]{1,99}$/.test(Subject)) throw new Error("InvalidParameter");
      said.push(input);
    },
  } as unknown as SNSClient;
  const desk = snsDesk({
    client,
    topic: "arn:aws:sns:eu-west-1:1:t",
    archive: { put: async (bytes) => sha256(bytes) },
    locate: (address) => `s3://bucket/${placeOf(address)}`,
  });
  return { desk, said };
}

describe("tickets by way of SNS", () => {
  test("say where the whole ticket and its attachments are", async () => {
    const { desk, said } = aDesk();
    expect(await desk.open(ticket)).toBe(ticket.incident);
    const whole = sha256(JSON.stringify(ticket));
    expect(said).toMatchObject([
      {
        TopicArn: "arn:aws:sns:eu-west-1:1:t",
        Subject: "[high] prod: checkout",
        MessageAttributes: { incident: { StringValue: ticket.incident } },
      },
    ]);
    expect(said[0]?.Message).toContain(ticket.body);
    expect(said[0]?.Message).toContain(`The whole ticket: s3://bucket/${placeOf(whole)}`);
    expect(said[0]?.Message).toContain(`- agent-logs-before.json: s3://bucket/${placeOf(logs)}`);
  });

  test.each(["a", "ä", "€", "😀"])("are never longer than SNS takes, whatever they are written in: %s", async (character) => {
    const { desk, said } = aDesk();
    await desk.open({ ...ticket, body: character.repeat(300_000) });
    expect(said[0]?.Message).toContain("(cut; the whole is in the archive)");
    expect(said[0]?.Message?.isWellFormed()).toBe(true);
  });

  test("have a subject whatever the title is", async () => {
    const { desk, said } = aDesk();
    for (const title of ["zeile\neins", "ünicode", "", "x".repeat(300)]) await desk.open({ ...ticket, title });
    expect(said).toHaveLength(4);
  });

  test("take comments under the same subject", async () => {
    const { desk, said } = aDesk();
    await desk.comment(ticket.incident, ticket.incident, "the logs after it");
    expect(said).toMatchObject([{ Subject: `Re: ${ticket.incident}`, Message: "the logs after it" }]);
  });
});
