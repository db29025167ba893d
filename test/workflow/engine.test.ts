import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Definition } from "../../lib/definition.ts";
import { createEngine, type EngineOptions, ExecutionAlreadyExists } from "../../local/engine/engine.ts";

const definition = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")) as Definition;
const t0 = Date.parse("2026-11-20T03:00:00.000Z");
const at = (seconds: number) => new Date(t0 + seconds * 1000).toISOString();
const minutes = (count: number) => count * 60_000;
const one = "one" as IncidentId;
const done = { to: "Done" };

interface Call {
  readonly state: string;
  readonly input: Readonly<Record<string, unknown>>;
}
type Answer = object | Error | (() => Promise<object>);
/** Decide's answers in turn. */
type Script = readonly Answer[];
type Part = (input: Call["input"]) => Promise<unknown>;

/** The workflow with a function of its own for every state: each notes its own name, and Decide answers as it is told. */
function scripted(script: Script | Readonly<Record<string, Script>>, parts: Readonly<Record<string, Part>> = {}) {
  const calls: Call[] = [];
  const moves: string[] = [];
  const turns = new Map<string, number>();
  const decide: Part = async ({ id }) => {
    const mine: Script = Array.isArray(script) ? script : ((script as Readonly<Record<string, Script>>)[String(id)] ?? []);
    const turn = turns.get(String(id)) ?? 0;
    turns.set(String(id), turn + 1);
    const answer = mine[turn];
    if (!answer) throw new RangeError(`Decide was asked ${turn + 1} times`);
    if (answer instanceof Error) throw answer;
    return { id, ...(typeof answer === "function" ? await answer() : answer) };
  };
  const noting =
    (state: string, part: Part): Part =>
    (input) => {
      calls.push({ state, input });
      return part(input);
    };
  const silent: Part = async () => undefined;
  const handlers: EngineOptions["handlers"] = {
    Decide: noting("Decide", decide),
    Diagnose: noting("Diagnose", parts.Diagnose ?? silent),
    EvictWorkload: noting("EvictWorkload", parts.EvictWorkload ?? silent),
    RolloutWorkload: noting("RolloutWorkload", parts.RolloutWorkload ?? silent),
    LabelNamespace: noting("LabelNamespace", parts.LabelNamespace ?? silent),
    Ask: noting("Ask", parts.Ask ?? silent),
    Escalate: noting("Escalate", parts.Escalate ?? silent),
  };
  const engine = createEngine({ definition, handlers, moved: ({ name }, { did, state }) => moves.push(`${name} ${did} ${state}`) });
  return {
    engine,
    calls,
    moves,
    states: () => calls.map(({ state }) => state),
    decided: () => calls.filter(({ state }) => state === "Decide"),
  };
}
const tokenOf = (calls: readonly Call[]) => String(calls.findLast(({ state }) => state === "Ask")?.input.token);
/** Long enough for everything that waits for no clock. */
const soon = () => vi.advanceTimersByTimeAsync(20);
const never = new Promise<never>(() => {});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: t0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const writers = ["EvictWorkload", "RolloutWorkload", "LabelNamespace"];
const functions = ["Diagnose", ...writers, "Escalate"];
const withCatch = ["Diagnose", ...writers];

describe("where Decide says", () => {
  test.each(functions)("%s is called, with the state, and then Decide again", async (to) => {
    const { engine, calls } = scripted([{ to }, done]);
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toEqual({ status: "SUCCEEDED" });
    expect(calls).toEqual([
      { state: "Decide", input: { id: "one" } },
      { state: to, input: { id: "one", to } },
      { state: "Decide", input: { id: "one", to } },
    ]);
  });

  test("what a function answers is dropped, and Decide's answer is the whole state", async () => {
    const { engine, calls } = scripted([{ to: "Diagnose", more: 1, none: undefined }, { to: "EvictWorkload" }, done], {
      Diagnose: async () => ({ id: "another", to: "LabelNamespace" }),
    });
    engine.start(one, "one-r1");
    await soon();
    expect(calls.map(({ state, input }) => [state, input])).toEqual([
      ["Decide", { id: "one" }],
      ["Diagnose", { id: "one", to: "Diagnose", more: 1 }],
      ["Decide", { id: "one", to: "Diagnose", more: 1 }],
      ["EvictWorkload", { id: "one", to: "EvictWorkload" }],
      ["Decide", { id: "one", to: "EvictWorkload" }],
    ]);
  });

  test("a place that is not there strands the execution", async () => {
    const { engine } = scripted([{ to: "RestartAgent" }]);
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toMatchObject({ status: "FAILED", error: "Stranded" });
  });
});

describe("when a function fails", () => {
  const cause = JSON.stringify({ errorType: "RangeError", errorMessage: "no" });

  test.each(withCatch)("%s is not called again, and Decide hears of it", async (to) => {
    const { engine, calls } = scripted([{ to }, done], { [to]: () => Promise.reject(new RangeError("no")) });
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toEqual({ status: "SUCCEEDED" });
    expect(calls.map(({ state }) => state)).toEqual(["Decide", to, "Decide"]);
    expect(calls[2]?.input).toEqual({ id: "one", to, error: { Error: "RangeError", Cause: cause } });
  });

  test.each(withCatch)("%s that does not end is left alone, and its late answer changes nothing", async (to) => {
    const late = Promise.withResolvers<object>();
    const { engine, calls } = scripted([{ to }, { to: "Settle", until: at(3600) }, done], { [to]: () => late.promise });
    const { ended } = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync((definition.States[to]?.TimeoutSeconds ?? 0) * 1000 - 20);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(calls[2]).toEqual({ state: "Decide", input: { id: "one", to, error: { Error: "States.Timeout", Cause: "States.Timeout" } } });
    late.resolve({ id: "another", to: "EvictWorkload" });
    await vi.advanceTimersByTimeAsync(minutes(61));
    expect(calls[3]).toEqual({ state: "Decide", input: { id: "one", to: "Settle", until: at(3600) } });
    expect(await ended).toEqual({ status: "SUCCEEDED" });
  });

  test.each(["Decide", "Escalate"])("%s is called six times, and then the execution is stranded", async (name) => {
    const fail = () => Promise.reject(new Error("no"));
    const { engine, states } = scripted(name === "Decide" ? Array(9).fill(fail) : [{ to: "Escalate" }], { Escalate: fail });
    const { ended } = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync(minutes(2));
    expect(await ended).toMatchObject({ status: "FAILED", error: "Stranded" });
    expect(states().filter((state) => state === name)).toHaveLength(6);
  });

  test("Decide may fail now and then", async () => {
    const { engine } = scripted([new Error("no"), new Error("no"), { to: "Diagnose" }, new Error("no"), done]);
    const { ended } = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync(minutes(2));
    expect(await ended).toEqual({ status: "SUCCEEDED" });
  });

  test("what is thrown need not be an error", async () => {
    const { engine, decided } = scripted([{ to: "Diagnose" }, done], { Diagnose: () => Promise.reject("no") });
    engine.start(one, "one-r1");
    await soon();
    expect(decided()[1]?.input.error).toEqual({ Error: "Error", Cause: JSON.stringify({ errorType: "Error", errorMessage: "no" }) });
  });
});

describe("Settle", () => {
  test("waits until then, and Decide is asked again", async () => {
    const { engine, decided } = scripted([{ to: "Settle", until: at(90) }, done]);
    const execution = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync(89_900);
    expect(decided()).toHaveLength(1);
    expect(execution.state).toBe("Settle");
    await vi.advanceTimersByTimeAsync(200);
    expect(decided()[1]?.input).toEqual({ id: "one", to: "Settle", until: at(90) });
    expect(await execution.ended).toEqual({ status: "SUCCEEDED" });
  });

  test("does not wait for what is past", async () => {
    const { engine } = scripted([{ to: "Settle", until: at(-1) }, done]);
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toEqual({ status: "SUCCEEDED" });
  });

  test("can be cut short, also again and again, and the execution stays the same", async () => {
    const { engine, decided, moves } = scripted([{ to: "Settle", until: at(90) }, { to: "Settle", until: at(99) }, done]);
    const execution = engine.start(one, "one-r1");
    await soon();
    expect(engine.cutWaits()).toBe(1);
    await soon();
    expect(decided()[1]?.input).toEqual({ id: "one", to: "Settle", until: at(90) });
    expect(engine.running(one)).toBe(execution);
    expect(engine.cutWaits(one)).toBe(1);
    await soon();
    expect(await execution.ended).toEqual({ status: "SUCCEEDED" });
    expect(decided()).toHaveLength(3);
    expect(moves.filter((move) => move === "one-r1 entered Settle")).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(minutes(5));
    expect(decided()).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is cut short for one incident, and for none that does something else", async () => {
    const { engine } = scripted(
      { one: [{ to: "Settle", until: at(90) }, done], two: [{ to: "Settle", until: at(90) }, done], three: [{ to: "Diagnose" }, done] },
      { Diagnose: () => never },
    );
    const [first, second, third] = ["one", "two", "three"].map((id) => engine.start(id as IncidentId, `${id}-r1`));
    await soon();
    expect(engine.cutWaits(one)).toBe(1);
    await soon();
    expect(await first?.ended).toEqual({ status: "SUCCEEDED" });
    expect(engine.cutWaits("three" as IncidentId)).toBe(0);
    expect([second?.state, third?.state]).toEqual(["Settle", "Diagnose"]);
  });

  test("cannot be cut short once it has led on", async () => {
    let cut: number | undefined;
    const leadOn = async () => {
      cut = engine.cutWaits();
      return done;
    };
    const { engine, decided } = scripted([{ to: "Settle", until: at(90) }, leadOn]);
    const { ended } = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync(minutes(2));
    expect(cut).toBe(0);
    expect(await ended).toEqual({ status: "SUCCEEDED" });
    expect(decided()).toHaveLength(2);
  });

  test("without a time fails the execution", async () => {
    const { engine } = scripted([{ to: "Settle" }]);
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toMatchObject({ status: "FAILED", cause: "there is no time at $.until" });
  });
});

test("an execution ends with its time, for the next one to go on; a wait of months does not spin until then", async () => {
  const { engine, decided } = scripted([{ to: "Settle", until: at(60 * 86_400) }, done]);
  const { ended } = engine.start(one, "one-r1");
  await vi.advanceTimersByTimeAsync((definition.TimeoutSeconds ?? 0) * 1000 - 1000);
  expect(decided()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await ended).toEqual({ status: "TIMED_OUT" });
  expect(engine.running(one)).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test("a wait longer than timers can be ends early, and Decide is asked again", async () => {
  const { TimeoutSeconds: _, ...unending } = definition;
  let asked = 0;
  const none = async () => undefined;
  const handlers = {
    Decide: async () => (asked++ === 0 ? { to: "Settle", until: at(60 * 86_400) } : done),
    Diagnose: none,
    EvictWorkload: none,
  };
  const engine = createEngine({
    definition: unending,
    handlers: { ...handlers, RolloutWorkload: none, LabelNamespace: none, Ask: none, Escalate: none },
  });
  engine.start(one, "one-r1");
  await vi.advanceTimersByTimeAsync(minutes(23 * 24 * 60));
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(minutes(2 * 24 * 60));
  expect(asked).toBe(2);
});

describe("Ask", () => {
  const ask = { to: "Ask", until: at(3600) };

  test("hands over a token and waits for it, and Decide is asked again", async () => {
    const { engine, calls, states } = scripted([ask, done]);
    const execution = engine.start(one, "one-r1");
    await vi.advanceTimersByTimeAsync(minutes(10));
    expect(states()).toEqual(["Decide", "Ask"]);
    expect(calls[1]?.input).toEqual({ id: "one", token: expect.stringMatching(/^[\w-]{43}$/), until: at(3600) });
    expect(engine.wake(tokenOf(calls))).toBe(true);
    await soon();
    expect(calls[2]).toEqual({ state: "Decide", input: { id: "one", ...ask } });
    expect(await execution.ended).toEqual({ status: "SUCCEEDED" });
  });

  test("a token is good once, and only the one that was handed over", async () => {
    const { engine, calls } = scripted([ask, done]);
    engine.start(one, "one-r1");
    await soon();
    expect(engine.wake("x".repeat(43))).toBe(false);
    expect(engine.wake(tokenOf(calls))).toBe(true);
    expect(engine.wake(tokenOf(calls))).toBe(false);
  });

  test("that nobody answers in a quarter of an hour is no fault; the old token is good no more, and the new one is another", async () => {
    const { engine, calls, states } = scripted([ask, ask, done]);
    engine.start(one, "one-r1");
    await soon();
    const old = tokenOf(calls);
    await vi.advanceTimersByTimeAsync(minutes(15));
    expect(states()).toEqual(["Decide", "Ask", "Decide", "Ask"]);
    expect(calls[2]?.input).toEqual({ id: "one", ...ask });
    expect(engine.wake(old)).toBe(false);
    expect(tokenOf(calls)).not.toBe(old);
    expect(engine.wake(tokenOf(calls))).toBe(true);
    await soon();
    expect(states()).toEqual(["Decide", "Ask", "Decide", "Ask", "Decide"]);
  });

  test("can be woken before its function has ended, for the answer may be there first", async () => {
    const { engine, states } = scripted([ask, done], { Ask: async ({ token }) => engine.wake(String(token)) });
    const { ended } = engine.start(one, "one-r1");
    await soon();
    expect(await ended).toEqual({ status: "SUCCEEDED" });
    expect(states()).toEqual(["Decide", "Ask", "Decide"]);
  });

  test("whose function fails is a fault, and its token is void", async () => {
    const { engine, calls, decided } = scripted([ask, { to: "Settle", until: at(60) }, done], {
      Ask: () => Promise.reject(new TypeError("no")),
    });
    engine.start(one, "one-r1");
    await soon();
    expect(decided()[1]?.input).toMatchObject({ to: "Ask", error: { Error: "TypeError" } });
    expect(engine.wake(tokenOf(calls))).toBe(false);
  });

  test("is not cut short with the waits", async () => {
    const { engine, states } = scripted([ask, done]);
    engine.start(one, "one-r1");
    await soon();
    expect(engine.cutWaits()).toBe(0);
    await soon();
    expect(states()).toEqual(["Decide", "Ask"]);
  });
});

describe("several executions", () => {
  test("go their ways at once, each with its own state, token and wait", async () => {
    const { engine, calls } = scripted({
      one: [{ to: "Ask", until: at(3600) }, { to: "LabelNamespace" }, done],
      two: [{ to: "Ask", until: at(3600) }, { to: "Escalate" }, done],
      three: [{ to: "Settle", until: at(120) }, { to: "EvictWorkload" }, done],
    });
    const [first, second, third] = ["one", "two", "three"].map((id) => engine.start(id as IncidentId, `${id}-r1`));
    await soon();
    const token = (id: string) => String(calls.find(({ state, input }) => state === "Ask" && input.id === id)?.input.token);
    expect(token("one")).not.toBe(token("two"));
    engine.wake(token("two"));
    await soon();
    expect(await second?.ended).toEqual({ status: "SUCCEEDED" });
    expect([first?.state, third?.state]).toEqual(["Ask", "Settle"]);
    engine.wake(token("one"));
    await vi.advanceTimersByTimeAsync(minutes(3));
    const wrote = calls.filter(({ state }) => !["Decide", "Ask"].includes(state)).map(({ state, input }) => `${input.id} ${state}`);
    expect(wrote).toEqual(["two Escalate", "one LabelNamespace", "three EvictWorkload"]);
    expect([await first?.ended, await third?.ended]).toEqual([{ status: "SUCCEEDED" }, { status: "SUCCEEDED" }]);
  });

  test("have names of their own: one that runs is given again, one that has ended is refused", async () => {
    const { engine, states } = scripted([{ to: "Settle", until: at(60) }, done]);
    const execution = engine.start(one, "one-r1");
    expect(engine.start(one, "one-r1")).toBe(execution);
    expect(engine.running(one)).toBe(execution);
    await vi.advanceTimersByTimeAsync(minutes(2));
    expect(states()).toEqual(["Decide", "Decide"]);
    expect(engine.running(one)).toBeUndefined();
    expect(engine.knows("one-r1")).toBe(true);
    expect(engine.knows("one-r2")).toBe(false);
    expect(() => engine.start(one, "one-r1")).toThrow(ExecutionAlreadyExists);
  });

  test("are told step by step", async () => {
    const { engine, moves } = scripted([{ to: "Diagnose" }, done], { Diagnose: () => Promise.reject(new Error("no")) });
    engine.start(one, "one-r1");
    await soon();
    const steps = [
      "entered Decide",
      "entered Route",
      "entered Diagnose",
      "failed Diagnose",
      "entered Decide",
      "entered Route",
      "entered Done",
    ];
    expect(moves).toEqual(steps.map((step) => `one-r1 ${step}`));
  });
});

describe("closing", () => {
  const places: readonly (readonly [string, Script])[] = [
    ["in Settle", [{ to: "Settle", until: at(3600) }]],
    ["in Ask", [{ to: "Ask", until: at(3600) }]],
    ["between two tries of Decide", [new Error("no"), new Error("no"), new Error("no")]],
    ["at once", [done]],
  ];
  test.each(places)("an execution that is %s leaves no timer, and nothing is called any more", async (_, script) => {
    const { engine, states } = scripted(script);
    const { ended } = engine.start(one, "one-r1");
    await soon();
    const before = states();
    await engine.close();
    expect(["ABORTED", "SUCCEEDED"]).toContain((await ended).status);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(minutes(600));
    expect(states()).toEqual(before);
    expect(() => engine.start(one, "one-r2")).toThrow("closed");
  });

  test("waits for the function that runs, and goes no further", async () => {
    const write = Promise.withResolvers<object>();
    const { engine, states } = scripted([{ to: "EvictWorkload" }, done], { EvictWorkload: () => write.promise });
    engine.start(one, "one-r1");
    await soon();
    let closed = false;
    const closing = engine.close().then(() => {
      closed = true;
    });
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    expect(closed).toBe(false);
    write.resolve({});
    await closing;
    expect(states()).toEqual(["Decide", "EvictWorkload"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an engine is not made", () => {
  const none = async () => undefined;
  const all = { Decide: none, Diagnose: none, EvictWorkload: none, RolloutWorkload: none, LabelNamespace: none, Ask: none, Escalate: none };

  test("without a handler for each task", () => {
    const { Ask: _, ...others } = all;
    expect(() => createEngine({ definition, handlers: others })).toThrow("without a handler: Ask");
  });

  test("with a handler that no state calls", () => {
    expect(() => createEngine({ definition, handlers: { ...all, Undo: none } })).toThrow("without a state: Undo");
  });

  test("for a wait that leads elsewhere than to the beginning", () => {
    const States = { ...definition.States, Settle: { Type: "Wait", TimestampPath: "$.until", Next: "Diagnose" } } as const;
    expect(() => createEngine({ definition: { ...definition, States }, handlers: all })).toThrow("Settle must lead to Decide");
  });
});
