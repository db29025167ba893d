import { describe, expect, it } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import { take } from "../../../lambdas/ingest/queue.ts";
import { memory, ownerLabels } from "./support.ts";

/** As the topic's subscription writes it into the queue. */
const message = (messageId: string, cluster: string, change: object = {}) => ({
  messageId,
  body: JSON.stringify({
    Type: "Notification",
    Message: JSON.stringify({
      alerts: [{ status: "firing", labels: { ...ownerLabels, cluster }, startsAt: "2026-11-02 09:00:00.123 +0000 UTC", ...change }],
    }),
  }),
});
const place = { eks: "eks", region: "eu-west-1", access: { entries: "made" } } as const;

function aQueue() {
  const { ports, openings, rejections } = memory();
  const policy = { ...ports.policy, clusters: { practice: place, staging: place } };
  return { ports: { ...ports, policy }, openings, rejections };
}

describe("the queue behind the topic", () => {
  it("puts each delivery on record, for every cluster of the policy", async () => {
    const { ports, openings } = aQueue();
    expect(await take({ Records: [message("1", "practice"), message("2", "staging")] }, ports)).toEqual({ batchItemFailures: [] });
    expect(openings.map(({ cluster }) => cluster)).toEqual(["practice", "staging"]);
  });

  it("is done with what can never be taken: it is on record as rejected", async () => {
    const { ports, openings, rejections } = aQueue();
    const Records = [{ messageId: "1", body: "not JSON" }, message("2", "another"), message("3", "practice", { startsAt: "yesterday" })];
    expect(await take({ Records }, ports)).toEqual({ batchItemFailures: [] });
    expect(openings).toEqual([]);
    expect(rejections.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("must be a notification of SNS"),
      expect.stringMatching(/^labels\.cluster must be a cluster/),
      expect.stringMatching(/^startsAt /),
    ]);
  });

  it.each([
    ["does not answer", new Unreachable("the table does not answer")],
    ["fails in a way that nobody thought of", new TypeError("undefined is not a function")],
  ])("keeps what could not be put on record, and none of its siblings: the ledger %s", async (_, error) => {
    const { ports, openings } = aQueue();
    const { openOrJoin } = ports.ledger;
    const ledger: typeof ports.ledger = {
      ...ports.ledger,
      openOrJoin: async (opening, ...rest) => {
        if (opening.cluster === "staging") throw error;
        return openOrJoin(opening, ...rest);
      },
    };
    const Records = [message("1", "practice"), message("2", "staging"), message("3", "practice")];
    expect(await take({ Records }, { ...ports, ledger })).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    expect(openings.map(({ cluster }) => cluster)).toEqual(["practice", "practice"]);
  });
});
