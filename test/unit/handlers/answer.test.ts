import { describe, expect, it } from "vitest";
import { act } from "../../../kernel/act/act.ts";
import { lateSeconds } from "../../../kernel/decide/asking.ts";
import { planOf } from "../../../kernel/plan.ts";
import type { Announcer } from "../../../kernel/ports.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import { type IncidentId, longestAskSeconds } from "../../../kernel/types/index.ts";
import { ask } from "../../../lambdas/answer/ask.ts";
import { type Answer, answer, type Ports } from "../../../lambdas/answer/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, aPolicy, aRestart, at, sha } from "../../support/incidents.ts";
import { type Change, injected, label } from "../../support/objects.ts";
import { anOpening, aStage, meanwhile, type Stage } from "../act/stage.ts";

const unlabelled: Change = { spec: { template: { metadata: { labels: { [label]: undefined } } } } };
const pod: Change = { metadata: { labels: { [label]: undefined } } };
type Asked = Parameters<Announcer["approvalWaits"]>[0];

/** A label for payments/checkout that waits for a person until an hour has passed. */
async function waiting() {
  const stage = await aStage({
    policy: aPolicy({ expected: [{ namespace: "payments" }], approvers: ["alice", "arn:aws:sts::1:assumed-role/OnCall/*"] }),
    objects: aWorld(...checkout({ deployment: unlabelled, pod })),
  });
  expect(await stage.plan()).toMatchObject({ to: "Ask" });
  const woken: string[] = [];
  const announced: Asked[] = [];
  const waker = { wake: async (token: string) => void woken.push(token) };
  const announcer: Announcer = { approvalWaits: async (what) => void announced.push(what) };
  const ports: Ports = { ledger: stage.ledger, waker, policy: stage.policy, clock: stage.clock };
  return {
    stage,
    woken,
    announced,
    asks: (token = "token-1") => ask({ id: stage.id, token }, { ledger: stage.ledger, waker, announcer, clock: stage.clock }),
    says: (change: Partial<Answer> = {}, over: Partial<Ports> = {}) =>
      answer({ id: stage.id, yes: true, by: "alice", ...change }, { ...ports, ...over }),
  };
}
const answers = async (stage: Stage) => (await stage.types()).filter((type) => type === "answered").length;
const resolve = ({ ledger, now }: Stage) =>
  ledger.openOrJoin(anOpening({ alerts: [anAlert({ status: "resolved", endsAt: at(now.seconds) } as never)] }), at(now.seconds));

describe("asking", () => {
  it("keeps the token, then tells people what waits, and until when", async () => {
    const { stage, woken, announced, asks } = await waiting();
    await asks();
    expect(await stage.ledger.token(stage.id)).toBe("token-1");
    const { plan, until } = await stage.last("asked");
    expect(announced).toMatchObject([{ incident: { id: stage.id }, remedy: { kind: "label-pod-template" }, plan, until }]);
    expect(JSON.stringify(announced)).not.toContain("token-1");
    expect(woken).toEqual([]);
  });

  it("an answer that came before the token wakes at once, and nobody is told", async () => {
    const { stage, woken, announced, asks, says } = await waiting();
    expect(await says()).toMatchObject({ did: "recorded" });
    expect(woken).toEqual([]);
    await asks();
    expect(woken).toEqual(["token-1"]);
    expect(announced).toEqual([]);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  });

  it("so does `resolved` that came before the token, and it voids the plan", async () => {
    const { stage, woken, announced, asks } = await waiting();
    await resolve(stage);
    await asks();
    expect(woken).toEqual(["token-1"]);
    expect(announced).toEqual([]);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it("where telling fails, the token is there by then: who asks by himself can still answer", async () => {
    const { stage, woken, says } = await waiting();
    const announcer: Announcer = { approvalWaits: () => Promise.reject(new Error("no route")) };
    await expect(
      ask({ id: stage.id, token: "t" }, { ledger: stage.ledger, waker: { wake: async () => {} }, announcer, clock: stage.clock }),
    ).rejects.toThrow("no route");
    await says();
    expect(woken).toEqual(["t"]);
  });
});

describe("near its deadline", () => {
  it("people are told all the same, and the token goes back at once: an Ask would outlast it", async () => {
    const { stage, woken, announced, asks } = await waiting();
    stage.now.seconds += 3600 - longestAskSeconds + lateSeconds + 1;
    await asks();
    expect([announced.length, woken]).toEqual([1, ["token-1"]]);
    expect(await stage.decide({ to: "Ask" })).toMatchObject({ to: "Settle" });
    // A restarted execution tells them again; one that failed to, too.
    expect(await stage.decide()).toMatchObject({ to: "Ask" });
  });

  it("what is answered then is acted upon after the wait", async () => {
    const { stage, asks, says } = await waiting();
    stage.now.seconds += 3500;
    await asks();
    await says();
    expect(await stage.decide({ to: "Settle" })).toMatchObject({ to: "Diagnose" });
    expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
  });
});

describe("an answer that comes when what was seen is old", () => {
  it.each([0, 60, 101, 120, 150, 900, 3000])(
    "after %i s it is carried out, over a look of now, and nothing is refused on the way",
    async (age) => {
      const { stage, asks, says } = await waiting();
      const { freshSeconds } = stage.policy.limits;
      await asks();
      stage.now.seconds += age;
      await says();
      expect(await stage.plan()).toMatchObject({ to: "RolloutWorkload" });
      // So long the writer takes to begin.
      stage.now.seconds += 10;
      await act(stage.id, stage.acting("RolloutWorkload"));
      const { story } = await stage.view();
      expect(story.filter((record) => record.type === "decided" && record.verdict.verdict === "deny")).toEqual([]);
      expect(story.filter(({ type }) => type === "asked")).toHaveLength(1);
      expect(stage.seen.written).toHaveLength(1);
      const [looked, written] = [await stage.last("diagnosed"), await stage.last("intent")];
      expect(secondsBetween(looked.written, written.written)).toBeLessThanOrEqual(freshSeconds);
    },
  );

  it("is not carried out where nothing is wrong any more", async () => {
    const { stage, asks, says } = await waiting();
    await asks();
    stage.now.seconds += 1000;
    stage.now.objects = aWorld(...checkout({ pod: { spec: injected } }));
    await says();
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    expect(await stage.last("closed")).toMatchObject({ result: "self-healed" });
    expect(await stage.types()).not.toContain("intent");
  });
});

describe("an answer", () => {
  it("goes on record with the name, and then wakes", async () => {
    const { stage, woken, asks, says } = await waiting();
    await asks();
    expect(await says()).toMatchObject({ did: "recorded", plan: (await stage.last("asked")).plan, remedy: { kind: "label-pod-template" } });
    expect(await stage.last("answered")).toMatchObject({ who: "alice", by: "alice", yes: true });
    expect(woken).toEqual(["token-1"]);
    expect(await stage.decide()).toMatchObject({ to: "RolloutWorkload" });
  });

  it("of no is a ticket that says by whom", async () => {
    const { stage, says } = await waiting();
    await says({ yes: false });
    expect(await stage.decide()).toMatchObject({ to: "Escalate" });
    expect(await stage.last("escalating")).toMatchObject({ result: "declined", why: expect.stringMatching(/^alice declined/) });
  });

  it("of two at once is one: the other is told who was first", async () => {
    const { stage, says } = await waiting();
    const both = await Promise.all([says({ yes: true }), says({ yes: false, by: "arn:aws:sts::1:assumed-role/OnCall/bob" })]);
    expect(both.map(({ did }) => did).sort()).toEqual(["recorded", "refused"]);
    const first = await stage.last("answered");
    expect(both.find(({ did }) => did === "refused")).toMatchObject({ code: 409, says: `${first.who} has answered already` });
    expect(await answers(stage)).toBe(1);
  });

  it("is recorded although another record came between", async () => {
    const { stage, says } = await waiting();
    let first = true;
    const ledger: Stage["ledger"] = {
      ...stage.ledger,
      append: async (...args) => {
        if (first) {
          first = false;
          await meanwhile(stage);
        }
        return stage.ledger.append(...args);
      },
    };
    expect(await says({}, { ledger })).toMatchObject({ did: "recorded" });
    expect((await stage.types()).slice(-2)).toEqual(["faulted", "answered"]);
  });

  it("that `resolved` follows is void: nothing is written on it", async () => {
    const { stage, says } = await waiting();
    await says();
    await resolve(stage);
    expect(await stage.decide()).toMatchObject({ to: "Diagnose" });
  });

  it.each(["bob", "alice2", "", "arn:aws:sts::1:assumed-role/Other/alice"])(
    "of %j, who is no approver, is refused and not recorded",
    async (by) => {
      const { stage, says } = await waiting();
      expect(await says({ by })).toMatchObject({
        did: "refused",
        code: 403,
        says: `${by} may not answer: the policy's approvers do not name them`,
      });
      expect(await answers(stage)).toBe(0);
    },
  );

  it("is tied to the plan that was shown", async () => {
    const { stage, says } = await waiting();
    expect(await says({ plan: planOf(aRestart()) })).toMatchObject({
      did: "refused",
      code: 409,
      says: expect.stringContaining("plan has changed"),
    });
    expect(await says({ plan: sha("anything") })).toMatchObject({ code: 409 });
    expect(await answers(stage)).toBe(0);
    expect(await says({ plan: (await stage.last("asked")).plan })).toMatchObject({ did: "recorded" });
  });

  it("is late from the deadline on, to the millisecond", async () => {
    const { stage, says } = await waiting();
    const { until } = await stage.last("asked");
    const seconds = stage.now.seconds + 3600;
    expect(until).toBe(at(seconds));
    stage.now.seconds = seconds;
    expect(await says()).toMatchObject({ did: "refused", code: 409, says: `the time to answer was over at ${until}` });
    expect(await answers(stage)).toBe(0);
    stage.now.seconds = seconds - 0.001;
    expect(await says()).toMatchObject({ did: "recorded" });
  });

  it("to nothing, or to nobody, is refused", async () => {
    const { says } = await waiting();
    const other = await aStage();
    expect(await says({ id: other.id }, { ledger: other.ledger })).toMatchObject({ code: 409, says: `${other.id} waits for no answer` });
    expect(await says({ id: "nobody-g1" as IncidentId })).toMatchObject({ code: 404, says: "there is no incident nobody-g1" });
  });
});
