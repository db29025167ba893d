import { describe, expect, it, vi } from "vitest";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { type Bounds, startQueue } from "../../../local/engine/queue.ts";
import { tender } from "../../../local/tending.ts";
import { aPolicy, at } from "../../support/incidents.ts";
import { aStage } from "../act/stage.ts";

const ids = Array.from({ length: 20 }, (_, n) => `i-${n}` as IncidentId);

describe("the queue of executions", () => {
  function aQueue(most: Bounds) {
    const load = { going: 0, all: 0 };
    const started: IncidentId[] = [];
    const failed = vi.fn();
    const start = async (id: IncidentId) => {
      if (id === "i-3") throw new Error("no");
      started.push(id);
      load.going += 1;
      load.all += 1;
    };
    return { queue: startQueue({ load: () => load, most, start, failed }), load, started, failed };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it("starts what there is room for, in order, each once, and the rest when others wait or have ended", async () => {
    const { queue, load, started } = aQueue({ going: 2, all: 5 });
    for (const id of [...ids, ...ids]) queue.add(id);
    await turn();
    expect(started).toEqual(["i-0", "i-1"]);
    load.going = 0;
    queue.look();
    await turn();
    expect(started).toEqual(["i-0", "i-1", "i-2", "i-4"]);
    Object.assign(load, { going: 0, all: 5 });
    queue.look();
    await turn();
    expect(started).toHaveLength(4);
  });

  it("tells of one that cannot be started, and goes on", async () => {
    const { queue, started, failed } = aQueue({ going: 100, all: 100 });
    for (const id of ids) queue.add(id);
    await turn();
    expect([started.length, failed.mock.calls.length]).toEqual([19, 1]);
  });

  it("starts nothing once it is closed", async () => {
    const { queue, load, started } = aQueue({ going: 1, all: 100 });
    for (const id of ids) queue.add(id);
    await queue.close();
    load.going = 0;
    queue.look();
    queue.add("another" as IncidentId);
    await turn();
    expect(started).toEqual(["i-0"]);
  });
});

describe("tending", () => {
  async function setUp() {
    const policy = aPolicy();
    const stage = await aStage({ policy: { ...policy, mode: { ...policy.mode, default: "approve", clusters: {} } } });
    const [started, woken, cut]: [IncidentId[], string[], IncidentId[]] = [[], [], []];
    let [changes, seconds, running] = [1, 0, false];
    const views = vi.fn(stage.ledger.view);
    const open = vi.fn(stage.ledger.open);
    const tending = tender({
      ledger: { ...stage.ledger, view: views, open, changes: () => changes },
      engine: { running: () => (running ? ({} as never) : undefined), cutWaits: (id) => (id ? cut.push(id) : 0) },
      starter: { start: async (id) => void started.push(id) },
      waker: { wake: async (token) => void woken.push(token) },
      isOurs: ({ cluster }) => cluster === "prod",
      clock: () => at(seconds),
    });
    const runs = () => {
      running = true;
    };
    const others = () => {
      changes += 1;
    };
    const pass = (more: number) => {
      seconds += more;
    };
    return { stage, tending, started, woken, cut, views, open, runs, others, pass };
  }

  it("starts what is open and does not run, without reading a story", async () => {
    const { stage, tending, started, views } = await setUp();
    await tending.tend();
    expect([started, views.mock.calls]).toEqual([[stage.id], []]);
  });

  it("asks the ledger when others wrote to it, else each five seconds", async () => {
    const { tending, started, open, runs, others, pass } = await setUp();
    runs();
    await tending.tend();
    await tending.tend();
    expect(open).toHaveBeenCalledTimes(1);
    others();
    await tending.tend();
    expect(open).toHaveBeenCalledTimes(2);
    pass(5);
    await tending.tend();
    expect([open.mock.calls.length, started]).toEqual([3, []]);
  });

  it("wakes who was asked once there is an answer, also where it waits without a token, and forgets it when it is over", async () => {
    const { stage, tending, woken, cut, views, runs, others } = await setUp();
    runs();
    await stage.diagnose();
    await stage.decide();
    const { plan } = await stage.last("asked");
    await stage.ledger.putToken(stage.id, "token");
    tending.asked(stage.id);
    await tending.tend();
    expect(woken).toEqual([]);
    await stage.ledger.append(await stage.view(), [{ type: "answered", plan, who: "bob", yes: false }], "bob", stage.clock());
    others();
    await tending.tend();
    expect([woken, cut]).toEqual([["token"], [stage.id]]);
    await stage.ledger.append(await stage.view(), [{ type: "closed", result: "declined", says: "" }], "Decide", stage.clock());
    others();
    await tending.tend();
    const read = views.mock.calls.length;
    others();
    await tending.tend();
    expect(views.mock.calls.length).toBe(read);
  });
});
