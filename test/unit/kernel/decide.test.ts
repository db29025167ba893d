import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, deny, denyForFleet, wait } from "../../../kernel/answers.ts";
import { type Deciding, decide, type Step } from "../../../kernel/decide/decide.ts";
import { planOf } from "../../../kernel/plan.ts";
import { progress } from "../../../kernel/progress.ts";
import type { Diagnosis, Entry, Finding, Guard, LedgerView, Remedy, Ruling, Some } from "../../../kernel/types/index.ts";
import { aNamespaceLabel, anAlert, anIncident, aPolicy, aRestart, aStory, at, aView, sha } from "../../support/incidents.ts";
import { someRemedies, someRules } from "../../support/rules.ts";

const finding = (is: Finding["is"], check = "first", more: object = {}): Finding =>
  ({ is, check, says: `${check} is ${is}`, subject: { on: "fleet" }, evidence: [sha("e")], ...more }) as Finding;
const diagnosed = (findings: Some<Finding>, remedies: readonly Remedy[] = []): Entry => {
  const cause = findings.find((one) => one.is === "faulty");
  return { type: "diagnosed", diagnosis: { round: 1, findings, cause, remedies } as Diagnosis, evidence: sha("evidence") };
};
const faultyOnce = (remedy: Remedy = aRestart()) => diagnosed([finding("faulty")], [remedy]);
const healthyChain = diagnosed([finding("healthy"), finding("not-applicable", "second")]);
const guard = (id: string, ruling: Ruling): Guard => ({ id, asks: "", rule: () => ruling });

function step(view: LedgerView, change: Partial<Deciding> = {}): Step {
  return decide({ view, evidence: new Map(), rules: someRules(), policy: aPolicy(), now: at(100), ...change });
}
const guarded = (...guards: [Guard, ...Guard[]]) => ({ rules: someRules({ guards }) });
const decided = (remedy: Remedy, ruling: Ruling | undefined = undefined, where: "plan" | "write" = "plan"): Entry => ({
  type: "decided",
  at: where,
  remedy,
  plan: planOf(remedy),
  verdict:
    !ruling || ruling.rule === "allow"
      ? { verdict: "allow", passed: ["all"] }
      : { verdict: ruling.rule, reasons: [{ guard: "g", ...ruling }], passed: [] },
});
const intent = (remedy: Remedy): Entry => ({ type: "intent", remedy, plan: planOf(remedy), fence: 1, writeBefore: at(24) });
/** A story up to the intent, and its hash, which the records behind it name. */
function written(remedy: Remedy, more: (hash: ReturnType<typeof sha>) => readonly (Entry | readonly [number, Entry])[], change = {}) {
  const before = [faultyOnce(remedy), decided(remedy), intent(remedy)];
  const hash = aStory(before)[3]?.hash ?? sha("none");
  return aView([...before, ...more(hash)], change);
}
const outcome = (hash: ReturnType<typeof sha>, effect: "applied" | "not-applied" | "refused" | "unknown" = "applied"): Entry => ({
  type: "outcome",
  intent: hash,
  effect,
  says: effect,
  lookAt: at(14),
});
const looked = (hash: ReturnType<typeof sha>, look: "good" | "bad" | "owed" | "inconclusive"): Entry => ({
  type: "looked",
  intent: hash,
  findings: [finding(look === "good" ? "healthy" : "faulty", "proof")],
  look,
  evidence: sha("e"),
});
const concluded = (hash: ReturnType<typeof sha>, proof: "proved" | "failed" | "unproved" | "void"): Entry => ({
  type: "concluded",
  intent: hash,
  proof,
  says: proof,
});

describe("before a write", () => {
  it("looks first", () => expect(step(aView())).toEqual({ do: "go", next: { to: "Diagnose" } }));
  it("rests after the closing of the one before, however late it was opened itself", () => {
    const { pauseSeconds } = aPolicy().timing;
    fc.assert(
      fc.property(fc.integer({ min: -2 * pauseSeconds, max: 0 }), fc.nat(2 * pauseSeconds), (closed, now) => {
        const view = aView([], { incident: anIncident({ generation: 2, after: at(closed) }) });
        const until = closed + pauseSeconds;
        const next = now < until ? { to: "Settle", until: at(until) } : { to: "Diagnose" };
        expect(step(view, { now: at(now) })).toEqual({ do: "go", next });
      }),
    );
  });
  it("a healthy chain closes as self-healed, without a write", () =>
    expect(step(aView([healthyChain]))).toMatchObject({ entries: [{ type: "closed", result: "self-healed" }] }));
  it("a chain in which nothing was healthy is no health", () => {
    const nothing = diagnosed([finding("not-applicable")]);
    expect(step(aView([nothing, nothing, nothing]))).toMatchObject({ entries: [{ type: "escalating" }] });
  });
  it("an unknown is looked at again, and after three rounds is people's", () => {
    const unknown = diagnosed([finding("healthy"), finding("unknown", "second")]);
    expect(step(aView([unknown]), { now: at(2) })).toMatchObject({ next: { to: "Settle" } });
    expect(step(aView([unknown]))).toMatchObject({ next: { to: "Diagnose" } });
    expect(step(aView([unknown, unknown, unknown]))).toMatchObject({
      entries: [{ type: "escalating", result: "escalated", why: expect.stringContaining("second is unknown") }],
    });
  });
  it("a cause that nothing may be done about is people's, with the step by hand", () => {
    const view = aView([diagnosed([finding("faulty", "first", { manual: "kubectl do-it" })])]);
    expect(step(view)).toMatchObject({ entries: [{ type: "escalating", why: expect.stringContaining("kubectl do-it") }] });
  });
  it("a remedy is judged, and allowed, goes to the hands of its kind", () => {
    expect(step(aView([faultyOnce()]))).toMatchObject({
      entries: [{ type: "decided", at: "plan", verdict: { verdict: "allow", passed: ["allowing"] } }],
    });
    expect(step(aView([faultyOnce(), decided(aRestart())]))).toEqual({ do: "go", next: { to: "RolloutWorkload" } });
  });
  it("principle 8: a guard that throws denies, with its name", () => {
    const broken: Guard = {
      id: "broken",
      asks: "",
      rule: () => {
        throw new Error("boom");
      },
    };
    expect(step(aView([faultyOnce()]), guarded(broken))).toMatchObject({
      entries: [{ verdict: { verdict: "deny", reasons: [{ guard: "broken", says: "cannot tell: boom" }] } }],
    });
  });
  it("reports all reasons, not the first", () => {
    const judged = step(aView([faultyOnce()]), guarded(guard("a", deny("one")), guard("b", deny("two")), guard("c", { rule: "allow" })));
    expect(judged).toMatchObject({ entries: [{ verdict: { verdict: "deny", reasons: [{ guard: "a" }, { guard: "b" }], passed: ["c"] } }] });
  });
  it("principle 7: a denial becomes a ticket that says why", () => {
    expect(step(aView([faultyOnce(), decided(aRestart(), deny("no"))]))).toMatchObject({
      entries: [{ type: "escalating", why: expect.stringContaining("g: no") }],
    });
  });
  it("a denial that passes soon is waited for; one that passes late is a ticket", () => {
    const soon = aView([faultyOnce(), decided(aRestart(), wait(at(200), "busy"))]);
    expect(step(soon)).toEqual({ do: "go", next: { to: "Settle", until: at(200) } });
    expect(step(soon, { now: at(200) })).toEqual({ do: "go", next: { to: "Diagnose" } });
    expect(step(aView([faultyOnce(), decided(aRestart(), wait(at(5000), "busy"))]))).toMatchObject({ entries: [{ type: "escalating" }] });
  });
  it("the fleet's fault is folded", () => {
    expect(step(aView([faultyOnce(), decided(aRestart(), denyForFleet("12 of 14"))]))).toMatchObject({ do: "fold", says: "g: 12 of 14" });
  });
  it("observe writes down what it would do and asks nobody", () => {
    const policy = aPolicy({ mode: { clusters: { prod: "observe" } } });
    expect(step(aView([faultyOnce(), decided(aRestart(), deny("observe"))]), { policy })).toMatchObject({
      entries: [{ type: "closed", result: "observed", says: expect.stringContaining("would rollout-restart checkout") }],
    });
  });
  it("off ignores", () =>
    expect(step(aView(), { policy: aPolicy({ mode: { default: "off" } }) })).toMatchObject({
      entries: [{ type: "closed", result: "ignored" }],
    }));
});

describe("what was seen long ago", () => {
  const fresh = aPolicy().limits.freshSeconds;
  const observe = { policy: aPolicy({ mode: { clusters: { prod: "observe" } } }) };
  const stories: readonly (readonly [string, readonly Entry[], Partial<Deciding>])[] = [
    ["a healthy chain", [healthyChain], {}],
    ["a cause for people", [diagnosed([finding("faulty")])], {}],
    ["a cause for people who only look on", [diagnosed([finding("faulty")])], observe],
    ["a remedy that nobody has judged yet", [faultyOnce()], {}],
    ["a refusal", [faultyOnce(), decided(aRestart(), deny("no"))], {}],
    ["what would be done", [faultyOnce(), decided(aRestart(), deny("observe"))], observe],
    ["leave to write", [faultyOnce(), decided(aRestart())], {}],
    ["a fault of the fleet", [faultyOnce(), decided(aRestart(), denyForFleet("12 of 14"))], {}],
  ];
  it.each(stories)("%s ends nothing any more, and decides nothing: it is looked at again", (_what, entries, change) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (age) => {
        const next = step(aView(entries), { ...change, now: at(1 + age) });
        const looks = JSON.stringify(next) === JSON.stringify({ do: "go", next: { to: "Diagnose" } });
        expect(looks).toBe(age > fresh);
      }),
    );
  });
  it("a wait goes on to its end, and then is a look anyway", () => {
    const view = aView([faultyOnce(), decided(aRestart(), wait(at(600), "busy"))]);
    expect(step(view, { now: at(599) })).toEqual({ do: "go", next: { to: "Settle", until: at(600) } });
    expect(step(view, { now: at(600) })).toEqual({ do: "go", next: { to: "Diagnose" } });
  });
});

describe("one machine", () => {
  it.each([{ of: "node", node: "n1" } as const, { of: "host", instance: "h1:9090" } as const])(
    "is never closed as healthy over what all agents say: nothing looks at it alone, and there may be no such one ($of)",
    (scope) => {
      const view = aView([healthyChain], { incident: anIncident({ scope }) });
      expect(step(view)).toMatchObject({
        entries: [{ type: "escalating", why: expect.stringMatching(/^(node n1|host h1:9090) is meant/) }],
      });
    },
  );
});

describe("an alert that joins after the look", () => {
  const late = anAlert({ fingerprint: "late" });
  const joined: Entry = { type: "joined", alerts: [late] };
  const change = { inbox: [late] };
  it("is not closed by it, but looked at, after a breath", () => {
    const view = aView([healthyChain, joined], change);
    expect(step(view, { now: at(3) })).toEqual({ do: "go", next: { to: "Settle", until: at(31) } });
    expect(step(view, { now: at(31) })).toEqual({ do: "go", next: { to: "Diagnose" } });
    expect(step(aView([healthyChain, joined, [40, healthyChain]], change), { now: at(41) })).toMatchObject({
      entries: [{ type: "closed", result: "self-healed" }],
    });
  });
  it("nor as proved, nor as observed", () => {
    const proved = written(aRestart(), (h) => [outcome(h), concluded(h, "proved"), healthyChain, joined], change);
    expect(step(proved, { now: at(20) })).toMatchObject({ next: { to: "Settle" } });
    const observe = { policy: aPolicy({ mode: { clusters: { prod: "observe" } } }), now: at(5) };
    const nobody = diagnosed([finding("faulty")]);
    expect(step(aView([nobody], change), observe)).toMatchObject({ entries: [{ type: "joined" }] });
    expect(step(aView([nobody, joined], change), observe)).toMatchObject({ next: { to: "Settle" } });
    const would = [faultyOnce(), decided(aRestart(), deny("observe")), joined];
    expect(step(aView(would, change), observe)).toMatchObject({ next: { to: "Settle" } });
  });
  it("delays no ticket, and nothing that looks again itself", () => {
    expect(step(aView([diagnosed([finding("faulty")]), joined], change))).toMatchObject({ entries: [{ type: "escalating" }] });
    expect(step(aView([faultyOnce(), decided(aRestart()), joined], change))).toEqual({ do: "go", next: { to: "RolloutWorkload" } });
  });
  it("that keeps coming ends by the rounds", () => {
    const flapping = Array.from({ length: 13 }, () => [healthyChain, joined]).flat();
    const inbox = Array.from({ length: 13 }, () => late);
    expect(step(aView(flapping, { inbox }))).toMatchObject({ entries: [{ type: "escalating", why: expect.stringContaining("13") }] });
  });
});

describe("approval", () => {
  const remedy = aNamespaceLabel();
  const waiting = [faultyOnce(remedy), decided(remedy, ask("needs a person"))];
  const asked: Entry = { type: "asked", plan: planOf(remedy), until: at(500) };
  const answered = (yes: boolean): Entry => ({ type: "answered", plan: planOf(remedy), who: "alice", yes });
  it("is asked for on record, then waited for until its deadline", () => {
    expect(step(aView(waiting))).toMatchObject({ entries: [{ type: "asked", until: at(3700) }] });
    expect(step(aView([...waiting, asked]))).toEqual({ do: "go", next: { to: "Ask", until: at(500) } });
    expect(step(aView([...waiting, asked]), { now: at(500) })).toMatchObject({ entries: [{ type: "escalating", result: "escalated" }] });
  });
  it("given, goes to the hands; declined, is a ticket that says by whom", () => {
    expect(step(aView([...waiting, asked, answered(true)]))).toEqual({ do: "go", next: { to: "LabelNamespace" } });
    expect(step(aView([...waiting, asked, answered(false)]))).toMatchObject({
      entries: [{ type: "escalating", result: "declined", why: expect.stringContaining("alice") }],
    });
  });
  it("given late, leads to a look first, and then to the hands without another question: nobody is told of a refusal", () => {
    const { limits, timing } = aPolicy();
    const late = limits.freshSeconds - timing.writeWithinSeconds;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: limits.freshSeconds }), (age, after) => {
        const given: readonly (Entry | readonly [number, Entry])[] = [...waiting, asked, [1 + age, answered(true)]];
        const now = at(1 + age);
        expect(step(aView(given), { now })).toEqual({ do: "go", next: { to: age > late ? "Diagnose" : "LabelNamespace" } });
        const anew = [...given, [1 + age, faultyOnce(remedy)] as const];
        expect(step(aView(anew), { ...guarded(guard("mode", ask("person"))), now })).toMatchObject({
          entries: [{ type: "decided", at: "plan", verdict: { verdict: "allow" } }],
        });
        const allowed = aView([...anew, [1 + age, decided(remedy)]]);
        expect(step(allowed, { now: at(1 + age + after) })).toEqual({ do: "go", next: { to: "LabelNamespace" } });
      }),
    );
  });
  it("given late, and the look finds another plan: that is asked for anew", () => {
    const other = aRestart();
    const anew = aView([...waiting, asked, [400, answered(true)], [402, faultyOnce(other)]]);
    expect(step(anew, { ...guarded(guard("mode", ask("person"))), now: at(402) })).toMatchObject({
      entries: [{ type: "decided", plan: planOf(other), verdict: { verdict: "ask" } }],
    });
  });
  it("declined late is declined, whatever is seen by then", () => {
    const view = aView([...waiting, asked, [400, answered(false)]]);
    expect(step(view, { now: at(400) })).toMatchObject({ entries: [{ type: "escalating", result: "declined" }] });
  });
  it("a yes satisfies what was asked, and nothing that denies", () => {
    const view = aView([...waiting, asked, answered(true), faultyOnce(remedy)]);
    expect(step(view, guarded(guard("mode", ask("person"))))).toMatchObject({ entries: [{ verdict: { verdict: "allow" } }] });
    expect(step(view, guarded(guard("mode", ask("person")), guard("other", deny("no"))))).toMatchObject({
      entries: [{ verdict: { verdict: "deny" } }],
    });
  });
  it("one yes is for one write: the next of the same plan is asked for anew", () => {
    const used = [...waiting, asked, answered(true), intent(remedy)];
    const hash = aStory(used).at(-1)?.hash ?? sha("none");
    const after = [...used, outcome(hash), concluded(hash, "proved"), faultyOnce(remedy)];
    const asks = guarded(guard("mode", ask("person")));
    expect(step(aView(after), asks)).toMatchObject({ entries: [{ type: "decided", verdict: { verdict: "ask" } }] });
    expect(step(aView([...after, decided(remedy, ask("person"))]))).toMatchObject({ entries: [{ type: "asked", plan: planOf(remedy) }] });
  });
  it("what another origin says is over ends neither the request nor its approval's ground", () => {
    const stranger = anAlert({ from: "alertmanager", status: "resolved", endsAt: at(50) } as never);
    const view = aView([{ type: "resolved", alerts: [stranger] }], { inbox: [stranger] });
    expect(progress(view.story).firing).toEqual([anAlert()]);
    const own = anAlert({ status: "resolved", endsAt: at(50) } as never);
    expect(progress(aView([{ type: "resolved", alerts: [own] }], { inbox: [own] }).story).firing).toEqual([]);
  });
  it("resolved voids the plan and the answer", () => {
    const gone = anAlert({ status: "resolved", endsAt: at(50) } as never);
    const view = aView([...waiting, asked, answered(true)], { inbox: [gone] });
    expect(step(view)).toMatchObject({ entries: [{ type: "resolved", alerts: [gone] }] });
    const after = aView([...waiting, asked, answered(true), { type: "resolved", alerts: [gone] }], { inbox: [gone] });
    expect(step(after)).toEqual({ do: "go", next: { to: "Diagnose" } });
  });
});

describe("after a write", () => {
  it("an intent without an outcome is waited for, then reconciled by the same hands", () => {
    const view = written(aRestart(), () => []);
    expect(step(view, { now: at(30) })).toEqual({ do: "go", next: { to: "Settle", until: at(39) } });
    expect(step(view, { now: at(39) })).toEqual({ do: "go", next: { to: "RolloutWorkload" } });
  });
  it("looks after the settle time, again after a good look, and is proved by two in a row", () => {
    expect(
      step(
        written(aRestart(), (h) => [outcome(h)]),
        { now: at(5) },
      ),
    ).toEqual({ do: "go", next: { to: "Settle", until: at(14) } });
    expect(step(written(aRestart(), (h) => [outcome(h)]))).toEqual({ do: "go", next: { to: "Diagnose" } });
    expect(
      step(
        written(aRestart(), (h) => [outcome(h), [20, looked(h, "good")]]),
        { now: at(21) },
      ),
    ).toEqual({ do: "go", next: { to: "Settle", until: at(50) } });
    expect(step(written(aRestart(), (h) => [outcome(h), [20, looked(h, "good")], [50, looked(h, "good")]]))).toMatchObject({
      entries: [{ type: "concluded", proof: "proved" }],
    });
    expect(
      step(written(aRestart(), (h) => [outcome(h), [20, looked(h, "good")], [50, looked(h, "bad")], [80, looked(h, "good")]])),
    ).toMatchObject({ next: { to: "Settle" } });
  });
  it("principle 6: a proof alone does not close; the chain must be healthy on fresh evidence", () => {
    expect(step(written(aRestart(), (h) => [outcome(h), concluded(h, "proved")]))).toEqual({ do: "go", next: { to: "Diagnose" } });
    expect(step(written(aRestart(), (h) => [outcome(h), concluded(h, "proved"), healthyChain]))).toMatchObject({
      entries: [{ type: "closed", result: "proved" }],
    });
  });
  it("a resolved alert after the write proves nothing", () => {
    const gone = anAlert({ status: "resolved", endsAt: at(5) } as never);
    const view = written(aRestart(), (h) => [outcome(h), { type: "resolved", alerts: [gone] }], { inbox: [gone] });
    expect(step(view)).toEqual({ do: "go", next: { to: "Diagnose" } });
  });
  it("what only owed its mint at the end, or could not be told, is repaired-unproved; what was seen to be bad failed", () => {
    for (const look of ["owed", "inconclusive"] as const) {
      expect(step(written(aRestart(), (h) => [outcome(h), [400, looked(h, look)]]))).toMatchObject({
        entries: [{ proof: "unproved" }],
        concludes: { failed: false },
      });
    }
    expect(step(written(aRestart(), (h) => [outcome(h), [400, looked(h, "bad")]]))).toMatchObject({
      entries: [{ proof: "failed" }],
      concludes: { failed: true },
    });
    expect(step(written(aRestart(), (h) => [outcome(h), concluded(h, "unproved")]))).toMatchObject({
      entries: [{ type: "escalating", result: "repaired-unproved" }],
    });
  });
  it("a failure of what cannot be undone is a ticket", () => {
    expect(step(written(aRestart(), (h) => [outcome(h), concluded(h, "failed")]))).toMatchObject({
      entries: [{ type: "escalating", result: "escalated" }],
    });
  });
  it("principle 1: a label whose proof could not be told stays, and is people's with the command that takes it back", () => {
    const remedy = aNamespaceLabel();
    const looks = (h: ReturnType<typeof sha>) => [
      outcome(h),
      ...[100, 200, 400].map((s): [number, Entry] => [s, looked(h, "inconclusive")]),
    ];
    expect(step(written(remedy, looks), { now: at(401) })).toMatchObject({
      entries: [{ type: "concluded", proof: "unproved" }],
      concludes: { failed: false, undoDue: false },
    });
    expect(
      step(
        written(remedy, (h) => [...looks(h), concluded(h, "unproved")]),
        { now: at(402) },
      ),
    ).toMatchObject({
      entries: [{ type: "escalating", result: "repaired-unproved", why: expect.stringMatching(/To take it back by hand: kubectl$/) }],
    });
  });
  it("that the workflow kept failing over it is no evidence against it", () => {
    const fault: Entry = { type: "faulted", state: "Diagnose", error: "Lambda.Timeout: " };
    const view = written(aNamespaceLabel(), (h) => [outcome(h), [20, fault], [60, fault], [99, fault]]);
    expect(step(view, { now: at(200) })).toMatchObject({
      entries: [{ proof: "unproved", says: expect.stringContaining("failed 3 times") }],
      concludes: { failed: false, undoDue: false },
    });
  });
  it("a failed label is taken back by the same hands, and then is a ticket", () => {
    const remedy = aNamespaceLabel();
    const back = { ...remedy, set: { ...remedy.set, from: "enabled", to: null } };
    const failed = (h: ReturnType<typeof sha>) => [outcome(h), concluded(h, "failed")];
    expect(step(written(remedy, (h) => [outcome(h), [400, looked(h, "bad")]]))).toMatchObject({ concludes: { undoDue: true } });
    expect(step(written(remedy, failed))).toMatchObject({
      entries: [{ type: "decided", remedy: { set: { from: "enabled", to: null } }, undoes: expect.any(String) }],
    });
    const planned = written(remedy, (h) => [...failed(h), { ...decided(back), undoes: h } as Entry]);
    expect(step(planned)).toEqual({ do: "go", next: { to: "LabelNamespace" } });
    const denied = written(remedy, (h) => [...failed(h), { ...decided(back, deny("stopped"), "write"), undoes: h } as Entry]);
    expect(step(denied)).toMatchObject({ entries: [{ type: "escalating", why: expect.stringContaining("stopped") }] });
  });
  it("what changed nothing is looked at afresh and counts against nobody", () => {
    const view = written(aRestart(), (h) => [outcome(h, "not-applied")]);
    expect(step(view)).toMatchObject({ entries: [{ type: "concluded", proof: "void" }], concludes: { failed: false } });
    expect(step(written(aRestart(), (h) => [outcome(h, "not-applied"), concluded(h, "void")]))).toEqual({
      do: "go",
      next: { to: "Diagnose" },
    });
    expect(step(written(aRestart(), (h) => [outcome(h, "not-applied"), concluded(h, "void"), healthyChain]))).toMatchObject({
      entries: [{ result: "self-healed" }],
    });
  });
  it("a write of which nobody knows what became is nobody's failure, and people's", () => {
    const unknown = (h: ReturnType<typeof sha>) => [outcome(h, "unknown")];
    expect(step(written(aRestart(), unknown))).toMatchObject({ entries: [{ proof: "unproved" }], concludes: { failed: false } });
    expect(step(written(aNamespaceLabel(), (h) => [...unknown(h), concluded(h, "unproved")]))).toMatchObject({
      entries: [
        {
          type: "escalating",
          result: "escalated",
          why: expect.stringMatching(/^nobody knows whether label-namespace was done: .*by hand: kubectl$/),
        },
      ],
    });
  });
  it("faults that were overcome before its outcome are not held against what follows", () => {
    const fault: Entry = { type: "faulted", state: "RolloutWorkload", error: "NoAnswer: no route" };
    const faults = [5, 6, 7, 8].map((seconds): [number, Entry] => [seconds, fault]);
    const view = written(aRestart(), (h) => [...faults, [20, outcome(h)], [30, concluded(h, "proved")], [40, healthyChain]]);
    expect(step(view)).toMatchObject({ entries: [{ type: "closed", result: "proved" }] });
  });
  it("is given up as unknown only after three faults, and after as long as anything is waited for; until then it is looked for", () => {
    const fault: Entry = { type: "faulted", state: "RolloutWorkload", error: "NoAnswer: no route" };
    const over = 24 + 15;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4000 }), (faults, seconds) => {
        const view = written(aRestart(), () => Array.from({ length: faults }, (_, n): [number, Entry] => [5 + n, fault]));
        const next = step(view, { now: at(100 + seconds) });
        const given = faults >= 3 && 100 + seconds >= over + 900;
        if (given) expect(next).toMatchObject({ entries: [{ type: "outcome", effect: "unknown" }] });
        else expect(next).toEqual({ do: "go", next: { to: "RolloutWorkload" } });
      }),
    );
  });
});

describe("ends", () => {
  const escalating: Entry = { type: "escalating", result: "declined", why: "no" };
  const ticketed: Entry = { type: "ticketed", ticket: "T-1", commentAt: at(50) };
  it("opens the ticket, waits for the logs after, adds them, closes with the result", () => {
    expect(step(aView([escalating]))).toEqual({ do: "go", next: { to: "Escalate" } });
    expect(step(aView([escalating, ticketed]), { now: at(10) })).toEqual({ do: "go", next: { to: "Settle", until: at(50) } });
    expect(step(aView([escalating, ticketed]))).toEqual({ do: "go", next: { to: "Escalate" } });
    expect(step(aView([escalating, ticketed, { type: "commented", ticket: "T-1", archive: sha("logs") }]))).toMatchObject({
      entries: [{ type: "closed", result: "declined" }],
    });
  });
  it("a closed incident is done, whatever comes", () =>
    expect(step(aView([{ type: "closed", result: "proved", says: "" }]))).toEqual({ do: "go", next: { to: "Done" } }));
  it("three faults of the workflow escalate", () => {
    const fault: Entry = { type: "faulted", state: "Diagnose", error: "Lambda.Unknown: out of memory" };
    expect(step(aView([fault, fault]))).toMatchObject({ next: { to: "Diagnose" } });
    expect(step(aView([fault, fault, fault]))).toMatchObject({
      entries: [{ type: "escalating", why: expect.stringContaining("out of memory") }],
    });
  });
  it("ends by rounds and by age", () => {
    const rounds = Array.from({ length: 13 }, () => faultyOnce());
    expect(step(aView(rounds))).toMatchObject({ entries: [{ type: "escalating", why: expect.stringContaining("13") }] });
    expect(step(aView(), { now: at(7201) })).toMatchObject({ entries: [{ type: "escalating" }] });
  });
  it("waiting for a turn costs no rounds", () => {
    const turns = Array.from({ length: 20 }, () => [faultyOnce(), decided(aRestart(), wait(at(9000), "busy"))]).flat();
    expect(
      step(aView(turns), {
        now: at(9000),
        policy: aPolicy({ limits: { ageSeconds: 1e6 } as never, timing: { longestWaitSeconds: 1e6 } as never }),
      }),
    ).toMatchObject({ next: { to: "Diagnose" } });
  });
  it("takes in the inbox before anything else, in order", () => {
    const [one, two] = [anAlert({ fingerprint: "a" }), anAlert({ fingerprint: "b", status: "resolved", endsAt: at(3) } as never)];
    expect(step(aView([], { inbox: [one, two] }))).toMatchObject({
      entries: [
        { type: "joined", alerts: [one] },
        { type: "resolved", alerts: [two] },
      ],
    });
    expect(step(aView([{ type: "joined", alerts: [one] }], { inbox: [one, two] }))).toMatchObject({
      entries: [{ type: "resolved", alerts: [two] }],
    });
  });
  it("principle 12: the same view, evidence, policy and time give the same step", () => {
    const view = aView([faultyOnce(), decided(aRestart(), wait(at(200), "busy"))], { incident: anIncident() });
    expect(step(view)).toEqual(step(structuredClone(view)));
  });
  it("a roster without guards permits nothing", () => {
    const rules = { ...someRules({ remedies: someRemedies() }), guards: [] as unknown as Some<Guard> };
    expect(step(aView([faultyOnce()]), { rules })).toMatchObject({ entries: [{ verdict: { verdict: "deny" } }] });
  });
});
