import { ConfirmSubscriptionCommand, type SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { until } from "../../cluster/parts/process.ts";
import { type Listening, serve } from "./serve.ts";

/** As SNS sends it over HTTP. */
interface Message {
  readonly Type: string;
  readonly TopicArn: string;
  readonly Token?: string;
  readonly Subject?: string;
  readonly Message: string;
}
export interface TicketDesk extends Listening {
  /** What came, oldest first. */
  readonly messages: readonly Message[];
}

/** A ticket desk that subscribes to the topic, and confirms that it meant to. */
export async function ticketDesk(sns: SNSClient, TopicArn: string): Promise<TicketDesk> {
  const asked: Message[] = [];
  const messages: Message[] = [];
  const listening = await serve(async (request) => {
    const message = (await request.json()) as Message;
    (message.Type === "Notification" ? messages : asked).push(message);
    return new Response();
  });
  try {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: listening.url }));
    await until("the topic asks whether the subscription is meant", 20, async () => asked.length > 0);
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: asked[0]?.Token }));
  } catch (error) {
    await listening.stop();
    throw error;
  }
  return { ...listening, messages };
}
