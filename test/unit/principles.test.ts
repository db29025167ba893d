import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { act } from "../../kernel/act/act.ts";
import { preserve } from "../../kernel/act/preserve.ts";
import { healthy } from "../../kernel/answers.ts";
import { assess } from "../../kernel/assess.ts";
import { type Deciding, decide } from "../../kernel/decide/decide.ts";
import { isHealthy } from "../../kernel/diagnose.ts";
import { judge } from "../../kernel/judge.ts";
import { nextCluster, writeBefore } from "../../kernel/permit.ts";
import { planOf } from "../../kernel/plan.ts";
import type { World } from "../../kernel/ports.ts";
import { grade } from "../../kernel/prove.ts";
import type { Check, Entry, EntryOf, Guard, LedgerView, Query, Remedy, Result, Workload } from "../../kernel/types/index.ts";
import { results } from "../../kernel/types/index.ts";
import type { Contract } from "../../lambdas/contract.ts";
import { expectedByPolicy } from "../../runbook/guards/expected-by-policy.ts";
import { explicitLiveTargets } from "../../runbook/guards/explicit-live-targets.ts";
import { remedies } from "../../runbook/remedies/index.ts";
import { evidenceOf, given, Missing } from "../support/evidence.ts";
import { aSituation, asked, diagnosedAt, foundFaulty, foundHealthy } from "../support/guards.ts";
import {
  aNamespaceLabel,
  anAlert,
  anEviction,
  anIncident,
  aRestart,
  aStory,
  aTemplateLabel,
  at,
  aView,
  sha,
} from "../support/incidents.ts";
import { link, someRules } from "../support/rules.ts";
import { aWorkload } from "../support/workloads.ts";
import { aPlannedRestart, untouched } from "./act/planned.ts";
import { bodyOf, memory, anAlert as posted, send } from "./ingress/support.ts";

const root = join(import.meta.dirname, "../..");
/** The file that holds the principle in full: under a title that says so, at its place among the tests, with something done behind it. */
const heldBy = (principle: number, file: string) =>
  it(`is held in full by ${file}`, () => {
    const text = readFileSync(join(root, file), "utf8");
    const at = text.search(new RegExp(`^ *(?:it|test|describe)[^\\n]*\\("principle ${principle}: .*=> *\\S`, "m"));
    expect(at).toBeGreaterThan(0);
    const end = text.indexOf(text.slice(at).startsWith("  ") ? "\n  });" : "\n});", at);
    expect(text.slice(at, end)).toMatch(/\n(?! *\/\/).*\b(?:expect\(|await )/);
  });

const step = (view: LedgerView, change: Partial<Deciding> = {}) =>
  decide({ view, evidence: new Map(), rules: someRules(), policy: given().policy, now: at(100), ...change });
const restart = aRestart();
const planned: readonly Entry[] = [
  { type: "diagnosed", diagnosis: foundFaulty([restart]), evidence: sha("e") },
  { type: "decided", at: "plan", remedy: restart, plan: planOf(restart), verdict: { verdict: "allow", passed: ["all"] } },
  { type: "intent", remedy: restart, plan: planOf(restart), fence: 1, writeBefore: at(20) },
];
const intent = aStory(planned).at(-1)?.hash ?? sha("none");
const outcome: Entry = { type: "outcome", intent, effect: "applied", says: "done", lookAt: at(14) };
const concluded = (proof: "proved" | "failed"): Entry => ({ type: "concluded", intent, proof, says: proof });

describe("principle 1: unknown is not unhealthy, and what read nothing is not healthy", () => {
  const question: Query<unknown> = { source: "prometheus", text: "up", parse: (raw) => raw };
  const asks: Check<Workload> = { ...link("asks"), assess: (_subject, read) => healthy(String(read(question))) };
  it("a failed read is unknown", () =>
    expect(assess(asks, aWorkload(), given(), evidenceOf([[question, new Missing("timed out")]])).value).toMatchObject({
      is: "unknown",
      says: "timed out",
    }));
  it("a check that read nothing cannot be healthy, nor prove anything", () => {
    const { value } = assess(link("reads nothing"), aWorkload(), given(), new Map());
    expect(value.is).toBe("unknown");
    expect(grade([value], [])).toBe("inconclusive");
    expect(isHealthy([link("reads nothing")], { round: 1, findings: [value], cause: undefined, remedies: [] })).toBe(false);
  });
  heldBy(1, "test/unit/kernel/suspend.test.ts");
});

describe("principle 2: no record, no act", () => {
  it("a permit comes out of the ledger with its intent on record, or not at all", async () => {
    const { ledger, view, policy, clock, id } = await aPlannedRestart();
    const seen = await view();
    const next = nextCluster(seen.cluster, { incident: id, remedy: restart }, remedies, policy, clock());
    const wanted: EntryOf<"intent"> & { readonly remedy: Remedy<"rollout-restart"> } = {
      ...{ type: "intent", remedy: restart, plan: planOf(restart) },
      ...{ fence: next.fence, writeBefore: writeBefore(policy, clock()) },
    };
    const permit = await ledger.permit(seen, wanted, next, "test", clock());
    expect(permit).toMatchObject({ intent: (await view()).story.at(-1)?.hash });
    expect((await view()).story.at(-1)).toMatchObject({ type: "intent", plan: planOf(restart) });
    expect(await ledger.permit(seen, wanted, next, "test", clock())).toBe("conflict");
    await expect(ledger.append(await view(), [wanted], "test", clock())).rejects.toThrow("comes out of its own transaction");
  });
});

describe("principle 3: whoever plans cannot write; whoever writes does not plan", async () => {
  const files = globSync("lambdas/*/contract.ts", { cwd: root });
  const contracts = new Map<string, Contract>();
  for (const file of files) {
    const exported = (await import(join(root, file))) as Readonly<Record<string, Contract>>;
    for (const [name, contract] of Object.entries(exported)) contracts.set(`${file} ${name}`, contract);
  }
  it("sees the functions", () => expect(contracts.size).toBeGreaterThan(8));
  it("one function alone has a writer's way into a cluster, or may ask for a permit", () => {
    const writing = [...contracts].filter(([, { needs }]) => needs.cluster === "writer" || needs.ledger?.includes("permit"));
    expect(writing.map(([name]) => name)).toEqual(["lambdas/remediate/contract.ts contract"]);
  });
  it("Decide has no way into a cluster at all", () =>
    expect(contracts.get("lambdas/decide/contract.ts contract")?.needs).not.toHaveProperty("cluster"));
});

describe("principle 4: look again at the moment of writing", () => {
  it("a denial costs no budget and leaves no intent", async () => {
    const stage = await aPlannedRestart();
    await stage.ledger.setSwitch("all", { state: "on", by: "alice", since: at(0), why: "freeze" });
    await act(stage.id, stage.acting("RolloutWorkload"));
    expect(await stage.last("decided")).toMatchObject({ at: "write", verdict: { verdict: "deny" } });
    await untouched(stage);
  });
  heldBy(4, "test/unit/act/order.test.ts");
});

describe("principle 5: preserve before you write", () => {
  it("nothing preserved, no record of it, and so no write", async () => {
    const archive = { put: () => Promise.reject(new Error("never asked")), get: () => Promise.reject(new Error("never asked")) };
    expect(
      await preserve(restart, remedies, given(), { fetch: async () => ({ state: "unavailable", reason: "no", at: at(0) }) }, archive),
    ).not.toHaveProperty("type");
    const all: World = { fetch: async () => ({ state: "observed", value: null, at: at(0), ref: sha("null") }) };
    await expect(preserve(restart, remedies, given(), all, archive)).rejects.toThrow("never asked");
  });
  heldBy(5, "test/unit/act/order.test.ts");
});

describe("principle 6: only proof closes an incident", () => {
  const over: Entry = { type: "resolved", alerts: [anAlert({ status: "resolved", endsAt: at(5) } as never)] };
  it("an alert that went silent is no proof, neither is a proof without a healthy chain", () => {
    expect(step(aView([...planned, outcome, over]))).toMatchObject({ next: { to: "Diagnose" } });
    expect(step(aView([...planned, outcome, concluded("proved"), over]))).toMatchObject({ next: { to: "Diagnose" } });
  });
  heldBy(6, "test/unit/kernel/decide.test.ts");
});

describe("principle 7: a ticket for everything but what is proved, healed, only observed, ignored, or its parent's", () => {
  const quiet: readonly Result[] = ["proved", "self-healed", "observed", "ignored", "folded"];
  it.each(results.filter((result) => !quiet.includes(result)))("%s closes only behind a ticket, and its logs", (result) => {
    const escalating: Entry = { type: "escalating", result, why: "it did not work" };
    const ticketed: Entry = { type: "ticketed", ticket: "T-1", commentAt: at(50) };
    expect(step(aView([escalating]))).toMatchObject({ next: { to: "Escalate" } });
    expect(step(aView([escalating, ticketed]))).toMatchObject({ next: { to: "Escalate" } });
    expect(step(aView([escalating, ticketed, { type: "commented", ticket: "T-1", archive: sha("logs") }]))).toMatchObject({
      entries: [{ type: "closed", result }],
    });
  });
  heldBy(7, "test/unit/kernel/decide.test.ts");
});

describe("principle 8: a guard that throws, or does not know, denies, and says why", () => {
  const guard = (rule: Guard["rule"]): Guard => ({ id: "one", asks: "?", rule });
  const question: Query<unknown> = { source: "kubernetes", text: "/api/v1/pods", parse: (raw) => raw };
  const throws = guard(() => {
    throw new Error("boom");
  });
  const asks = guard((_situation, read) => (read(question) ? { rule: "allow" } : { rule: "allow" }));
  it.each<readonly [string, Guard, readonly (readonly [Query<unknown>, unknown])[], string]>([
    ["throws", throws, [], "cannot tell: boom"],
    ["cannot read", asks, [[question, new Missing("forbidden")]], "cannot tell: forbidden"],
    ["has not read", asks, [], "cannot tell: not read yet"],
  ])("one that %s", (_what, one, evidence, says) =>
    expect(judge([one], aSituation(), evidenceOf(evidence)).value).toEqual({
      verdict: "deny",
      reasons: [{ guard: "one", rule: "deny", says, untold: true }],
      passed: [],
    }),
  );
  heldBy(8, "test/unit/kernel/decide.test.ts");
});

describe("principle 9: no acknowledged alert is lost, and one bad alert never hides its siblings", () => {
  it("200 means on record; a bad one is on record as rejected, and named", async () => {
    const { ports, openings, rejections } = memory();
    const { status, body } = await send({ body: bodyOf([posted({}, { cluster: "" }), "not an alert", posted()]) }, ports);
    expect(status).toBe(200);
    expect(openings.map(({ scope }) => scope)).toEqual([{ of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }]);
    expect(rejections.map(({ index }) => index)).toEqual([0, 1]);
    expect(body).toMatchObject({ accepted: [{ alerts: 1 }], rejected: [{ index: 0 }, { index: 1 }] });
  });
  it("what cannot be put on record is not acknowledged", async () => {
    const { ports } = memory();
    const { Unreachable } = await import("../../kernel/ports.ts");
    const ledger = { ...ports.ledger, openOrJoin: () => Promise.reject(new Unreachable("no route")) };
    expect((await send({ body: bodyOf([posted()]) }, { ...ports, ledger })).status).toBe(503);
  });
});

describe("principle 10: the ledger alone says where an incident is", () => {
  it("a write on record without an outcome is waited for and found out, never sent again", () => {
    expect(step(aView(planned), { now: at(34) })).toMatchObject({ next: { to: "Settle", until: at(35) } });
    expect(step(aView(planned), { now: at(35) })).toMatchObject({ next: { to: "RolloutWorkload" } });
  });
  heldBy(10, "test/faults/sigkill.test.ts");
});

describe("principle 11: only the alert's target, its owner, or, where the policy names it, its namespace", () => {
  it("never what was found by walking past it", async () => {
    const aboutNode = anIncident({ scope: { of: "node", node: "node-1" } });
    for (const remedy of [restart, anEviction()])
      expect((await asked(explicitLiveTargets, { remedy, incident: aboutNode })).rule).toBe("deny");
  });
  it("a label grants identity: never by inference", async () => {
    for (const remedy of [aNamespaceLabel(), aTemplateLabel()]) expect((await asked(expectedByPolicy, { remedy })).rule).toBe("deny");
  });
});

describe("principle 12: decisions replay to the same answer for ever", () => {
  it("from the same incident, evidence, policy, ledger view and time, none of which they change", () => {
    const views = [
      aView(planned),
      aView([...planned, outcome]),
      aView([diagnosedAt(1, foundHealthy)]),
      aView([diagnosedAt(1, foundFaulty([restart]))]),
    ];
    for (const view of views) {
      const before = structuredClone(view);
      expect(step(view)).toEqual(step(structuredClone(view)));
      expect(view).toEqual(before);
    }
  });
  heldBy(12, "test/unit/kernel/decide.test.ts");
});
