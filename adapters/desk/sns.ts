import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Archive, Desk, Ticket } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";

export interface Place {
  readonly client: SNSClient;
  /** The topic's ARN: people, or a desk's e-mail address, subscribe to it. */
  readonly topic: string;
  readonly archive: Pick<Archive, "put">;
}

/** SNS takes 256 KiB; the whole ticket is in the archive, and its address in the message. */
const longestBody = 100_000;
/** A subject is one line of ASCII below 100 characters. */
const subject = (text: string) =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .slice(0, 99)
    .trim() || "remediator";

/**
 * Until a ticket desk is there: the ticket as an object of the archive, and a message about it. The ticket's id is the incident's, so that a
 * message which is sent twice is about one ticket.
 */
export function snsDesk({ client, topic, archive }: Place): Desk {
  const publish = async (title: string, incident: IncidentId, body: string) => {
    const attributes = { incident: { DataType: "String", StringValue: incident } };
    await client.send(new PublishCommand({ TopicArn: topic, Subject: subject(title), Message: body, MessageAttributes: attributes }));
  };
  return {
    open: async (ticket: Ticket) => {
      const address = await archive.put(JSON.stringify(ticket), "report");
      const files = ticket.attachments.map(({ name, archive: at }) => `- ${name}: archive object ${at}`);
      const body =
        ticket.body.length > longestBody ? `${ticket.body.slice(0, longestBody)}\n\n(cut; the whole is in the archive)` : ticket.body;
      await publish(
        `[${ticket.priority}] ${ticket.title}`,
        ticket.incident,
        [body, "", `The whole ticket: archive object ${address}`, ...files].join("\n"),
      );
      return ticket.incident;
    },
    comment: (id, incident, body) => publish(`Re: ${id}`, incident, body),
  };
}
