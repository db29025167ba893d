import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../adapters/policy/names.ts";
import { settledAfter } from "../../../kernel/permit.ts";
import { planOf } from "../../../kernel/plan.ts";
import { sleepSeconds, startedSeconds, turnSeconds } from "../../../kernel/survey/finds.ts";
import { finds, type Looked, type Round, survey } from "../../../kernel/survey/survey.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { ClusterState, Entry, IncidentId, LedgerView, Measure } from "../../../kernel/types/index.ts";
import { metrics } from "../../../kernel/types/index.ts";
import type { Definition } from "../../../lib/definition.ts";
import { aCluster, aNamespaceLabel, anAlert, anIncident, aPolicy, aRestart, aStory, at, aView, sha, t0 } from "../../support/incidents.ts";

const policy = aPolicy();
const restart = aRestart();
const label = aNamespaceLabel();
type Told = readonly (Entry | readonly [number, Entry])[];
const look = (view: LedgerView, change: Partial<Extract<Looked, { did: "look" }>> = {}): Looked => ({
  ...{ did: "look", incident: anIncident(), view, execution: "running" },
  ...change,
});
const round = (seconds: number, looked: readonly Looked[], change: Partial<Round> = {}): Round => ({
  ...{ looked, clusters: { prod: aCluster() }, kinds, policy, now: at(seconds) },
  ...change,
});
/** What is found of an incident with this story, at that second. */
const foundAt = (seconds: number, story: Told, change: Partial<LedgerView> = {}) =>
  survey(round(seconds, [look(aView(story, change))])).finds.map(({ find }) => find);

const asked: Entry = { type: "asked", plan: planOf(restart), until: at(1000) };
const decided: Entry = {
  type: "decided",
  at: "plan",
  remedy: restart,
  plan: planOf(restart),
  verdict: { verdict: "allow", passed: ["all"] },
};
const escalating: Entry = { type: "escalating", result: "escalated", why: "it did not help" };
const ticketed: Entry = { type: "ticketed", ticket: "T-1", commentAt: at(1000) };
const commented: Entry = { type: "commented", ticket: "T-1", archive: sha("logs") };
const intent = (remedy: Parameters<typeof planOf>[0] = restart): Entry => ({
  ...{ type: "intent", remedy, plan: planOf(remedy), fence: 1, writeBefore: at(24) },
});
/** The hash of the record at this place (from 1) of the story. */
const hashOf = (story: Told, seq: number) => aStory(story)[seq - 1]?.hash ?? sha("none");
const outcome = (of: ReturnType<typeof sha>): Entry => ({ type: "outcome", intent: of, effect: "applied", says: "", lookAt: at(30) });
const failed = (of: ReturnType<typeof sha>): Entry => ({ type: "concluded", intent: of, proof: "failed", says: "no" });

describe("an incident on its way is no find", () => {
  it.each<readonly [string, Told]>([
    ["just opened", []],
    ["waits for an approval", [decided, asked]],
    ["was just handed over", [escalating]],
    ["waits for the logs after", [escalating, ticketed]],
    ["writes", [decided, intent()]],
  ])("%s", (_, story) => expect(foundAt(20, story)).toEqual([]));
});

describe("late is", () => {
  /** From which second on it is found; the one before it is not. */
  const from = (story: Told, find: string, change: Partial<LedgerView> = {}): number => {
    const first = Array.from({ length: 200 }, (_, index) => index * 60).find((seconds) =>
      foundAt(seconds, story, change).includes(find as never),
    );
    if (first === undefined) throw new Error(`never ${find}`);
    return first;
  };

  it("an incident that is older than it may be, and that nobody was told of", () => {
    expect(from([], "too-old")).toBe(policy.limits.ageSeconds + sleepSeconds + turnSeconds + 60);
    expect(foundAt(50_000, [[1, escalating]])).not.toContain("too-old");
  });

  it("an approval whose time was over before the longest sleep", () => {
    expect(from([decided, asked], "approval-overdue")).toBeGreaterThan(1000 + sleepSeconds + turnSeconds);
    const answered: Entry = { type: "answered", plan: planOf(restart), who: "alice", yes: true };
    expect(foundAt(5000, [decided, asked, answered])).not.toContain("approval-overdue");
    const gone = anAlert({ status: "resolved", endsAt: at(5) } as never);
    expect(foundAt(5000, [decided, asked], { inbox: [gone] })).not.toContain("approval-overdue");
  });

  it("a ticket that was not opened, and an end that did not follow one", () => {
    expect(from([[0, escalating]], "ticket-overdue")).toBe(turnSeconds + 60);
    expect(foundAt(5000, [escalating, ticketed])).toEqual(["close-overdue"]);
    expect(from([escalating, ticketed, commented], "close-overdue")).toBeGreaterThan(1000 + turnSeconds);
  });

  it("an outcome that nobody found out, though by then the write is over or will never be", () => {
    const over = secondsBetween(t0, settledAfter(policy, at(24)));
    expect(from([decided, [2, intent()]], "outcome-missing")).toBe(Math.floor((over + turnSeconds) / 60 + 1) * 60);
    const done = [decided, [2, intent()]] as const;
    expect(foundAt(3000, [...done, [3, outcome(hashOf(done, 3))]])).not.toContain("outcome-missing");
  });

  it("an undo that has not happened, until it has", () => {
    const before: Told = [decided, intent(label)];
    const hash = hashOf(before, 3);
    const plan = { type: "decided", at: "plan", remedy: label, plan: planOf(label), undoes: hash } as const;
    const planned: Told = [...before, outcome(hash), failed(hash), [100, { ...plan, verdict: { verdict: "allow", passed: ["all"] } }]];
    expect(from(planned, "undo-overdue")).toBe(100 + turnSeconds + 20);
    const undoing: Told = [...planned, [200, { ...intent(label), undoes: hash } as Entry]];
    expect(foundAt(3000, undoing)).toEqual(expect.arrayContaining(["undo-overdue", "outcome-missing"]));
    expect(foundAt(3000, [...undoing, [201, outcome(hashOf(undoing, 7))]])).not.toContain("undo-overdue");
  });

  it("a lease that was not given back, named by its cluster", () => {
    const lease = { holder: "prod-svids-api-g1" as IncidentId, fence: 4, until: at(300) };
    const at_ = (seconds: number) => survey(round(seconds, [], { clusters: { prod: aCluster({ lease }), stage: aCluster() } })).finds;
    expect(at_(300 + turnSeconds)).toEqual([]);
    expect(at_(300 + turnSeconds + 1)).toMatchObject([
      { find: "lease-overdue", cluster: "prod", says: expect.stringContaining("prod-svids-api-g1") },
    ]);
  });
});

describe("of the look itself", () => {
  it("one that was started again is found, unless it was opened just now", () => {
    const started = (seconds: number) => survey(round(seconds, [look(aView(), { execution: "started" })])).finds.map(({ find }) => find);
    expect(started(startedSeconds)).toEqual([]);
    expect(started(startedSeconds + 1)).toEqual(["not-running"]);
  });

  it("what could not be started, read or reached in time is named", () => {
    const looked: readonly Looked[] = [
      look(aView(), { execution: { failed: "throttled" } }),
      { did: "fail", incident: anIncident(), says: "damaged" },
      { did: "skip", incident: anIncident() },
    ];
    expect(survey(round(10, looked)).finds).toMatchObject([
      { find: "not-startable", says: "throttled", incident: anIncident().id, cluster: "prod" },
      { find: "unreadable", says: "damaged" },
      { find: "not-looked-at" },
    ]);
  });
});

describe("how much there is", () => {
  const measured = (all: readonly Measure[], metric: Measure["metric"], of: string) =>
    all.find((one) => one.metric === metric && Object.values(one.of).includes(of))?.value;

  it("of open incidents, approvals and tickets by cluster; of a cluster that the policy does not have as other", () => {
    const elsewhere = anIncident({ cluster: "elsewhere" });
    const { measures } = survey(
      round(20, [
        look(aView([decided, asked])),
        look(aView([escalating])),
        look(aView([], { incident: elsewhere }), { incident: elsewhere }),
      ]),
    );
    expect(["prod", "other"].map((name) => measured(measures, "OpenIncidents", name))).toEqual([2, 1]);
    expect(["prod", "other"].map((name) => measured(measures, "ApprovalsWaiting", name))).toEqual([1, 0]);
    expect(["prod", "other"].map((name) => measured(measures, "TicketsWaiting", name))).toEqual([1, 0]);
  });

  it.each([
    [[0, 1, 2], 6, 4000, 0],
    [[0, 1, 2], 6, 100, 50],
    [[0, 1], 0, 100, 100],
  ])("of the hour's changes %j of %d are used at second %d: %d %%", (changes, changesPerHour, seconds, percent) => {
    const clusters = { prod: aCluster({ changes: changes.map(at) }) };
    const { measures } = survey(round(seconds, [], { clusters, policy: aPolicy({ limits: { changesPerHour } as never }) }));
    expect(measured(measures, "BudgetUsed", "prod")).toBe(percent);
  });

  it("of breakers, by kind, in as many clusters as they are open in", () => {
    const failing = (failed: ClusterState["failed"]) => aCluster({ failed });
    const clusters = { a: failing({ "evict-pod": 3 }), b: failing({ "evict-pod": 7, "rollout-restart": 2 }), c: failing({}) };
    const { measures } = survey(round(10, [], { clusters }));
    expect(kinds.map((kind) => [kind, measured(measures, "BreakersOpen", kind)])).toEqual(
      kinds.map((kind) => [kind, kind === "evict-pod" ? 2 : 0]),
    );
  });

  it("is said for each series each time, so that a graph has no gaps", () => {
    const names = (all: readonly Measure[]) => all.map(({ metric, of }) => JSON.stringify([metric, of])).sort();
    const none = names(survey(round(10, [])).measures);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Told>([], [decided, asked], [escalating], [decided, intent()])),
        fc.nat(20_000),
        (stories, seconds) => {
          const { measures, finds: found } = survey(
            round(
              seconds,
              stories.map((story) => look(aView(story))),
            ),
          );
          expect(names(measures)).toEqual(none);
          for (const { metric, of } of measures) expect(Object.keys(of).sort()).toEqual([...new Set(metrics[metric].by.flat())].sort());
          const counted = measures.filter(({ metric }) => metric === "Finds").reduce((sum, { value }) => sum + value, 0);
          expect(counted).toBe(found.length);
          for (const { find } of found) expect(finds).toContain(find);
        },
      ),
    );
  });
});

it("knows how long a turn and a sleep of the workflow are", () => {
  const { States } = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")) as Definition;
  expect(sleepSeconds).toBe(States.Ask?.TimeoutSeconds);
  for (const [name, { TimeoutSeconds = 0 }] of Object.entries(States)) if (name !== "Ask") expect(TimeoutSeconds).toBeLessThan(turnSeconds);
});
