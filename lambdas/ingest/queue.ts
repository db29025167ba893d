import { ingest, type Ports } from "./handler.ts";

/** What Lambda hands over of a queue of SQS that is subscribed to a topic: each body is the topic's own envelope. */
export interface Event {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}
/** Messages that stay in the queue, to come again (partial batch responses of Lambda's event source for SQS). */
export interface Left {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Takes deliveries that came by way of SNS, one after the other. Whoever may publish to the topic, as its policy says, may speak for the clusters
 * of the policy. What could not be put on record stays in the queue; what can never be taken is on record as rejected, and is done with.
 */
export async function take({ Records }: Event, ports: Ports): Promise<Left> {
  const sender = { name: "the topic", clusters: Object.keys(ports.policy.clusters) };
  const left: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    const taken = await ingest({ body, source: "sns", sender }, ports).then(
      ({ status }) => status < 500,
      (error: unknown) => {
        ports.log({ level: "error", message: `a delivery failed: ${error instanceof Error ? error.message : String(error)}` });
        return false;
      },
    );
    if (!taken) left.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures: left };
}
