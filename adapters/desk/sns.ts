import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Archive, Desk, Ticket } from "../../kernel/ports.ts";
import type { IncidentId, Sha256 } from "../../kernel/types/index.ts";

export interface Topic {
  readonly client: SNSClient;
  /** Its ARN: people, or a desk's e-mail address, subscribe to it. */
  readonly topic: string;
}
export interface Place extends Topic {
  readonly archive: Pick<Archive, "put">;
  /** Where a person finds what is archived, such as `s3://bucket/ab/abcd...`. */
  readonly locate: (address: Sha256) => string;
}

/** In bytes. SNS takes 256 KiB; the whole ticket is in the archive, and its place in the message. */
const longestBody = 200_000;
/** A character that the cut goes through becomes one that stands for none. */
const cut = (text: string): string =>
  Buffer.byteLength(text) > longestBody
    ? `${Buffer.from(text).subarray(0, longestBody).toString("utf8")}\n\n(cut; the whole is in the archive)`
    : text;
/** A subject is one line of ASCII below 100 characters. */
const subject = (text: string) =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .slice(0, 99)
    .trim() || "remediator";

/** Tells all subscribers. The incident is an attribute too, for filters. */
export async function tell({ client, topic }: Topic, title: string, incident: IncidentId, body: string): Promise<void> {
  const attributes = { incident: { DataType: "String", StringValue: incident } };
  await client.send(new PublishCommand({ TopicArn: topic, Subject: subject(title), Message: body, MessageAttributes: attributes }));
}

/**
 * Until a ticket desk is there: the ticket as an object of the archive, and a message about it. The ticket's id is the incident's, so that a
 * message which is sent twice is about one ticket.
 */
export function snsDesk(on: Place): Desk {
  const { archive, locate } = on;
  return {
    open: async (ticket: Ticket) => {
      const address = await archive.put(JSON.stringify(ticket), "report");
      const files = ticket.attachments.map(({ name, archive: at }) => `- ${name}: ${locate(at)}`);
      await tell(
        on,
        `[${ticket.priority}] ${ticket.title}`,
        ticket.incident,
        [cut(ticket.body), "", `The whole ticket: ${locate(address)}`, ...files].join("\n"),
      );
      return ticket.incident;
    },
    comment: (id, incident, body) => tell(on, `Re: ${id}`, incident, body),
  };
}
