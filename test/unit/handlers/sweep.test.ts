import { describe, expect, it } from "vitest";
import type { Keeper } from "../../../kernel/ports.ts";
import type { Incident, IncidentId, Measure } from "../../../kernel/types/index.ts";
import { type Ports, sweep } from "../../../lambdas/sweep/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { anAlert, aPolicy, at } from "../../support/incidents.ts";
import { injected } from "../../support/objects.ts";
import { aSweep } from "../../support/sweep.ts";
import { anOpening, aStage, type Stage } from "../act/stage.ts";

const bounds = { parallel: 4, seconds: 30 };
const policy = { ...aPolicy(), clusters: { prod: { region: "eu-west-1", eks: "prod", access: { entries: "made" } } } } as const;

async function more({ ledger }: Stage, ...names: readonly string[]): Promise<readonly IncidentId[]> {
  const ids: IncidentId[] = [];
  for (const [index, name] of names.entries()) {
    const scope = { of: "owner", namespace: "payments", kind: "Deployment", name } as const;
    const opened = await ledger.openOrJoin(anOpening({ scope, alerts: [anAlert({ fingerprint: name })] }), at(1 + index));
    if (opened.did === "opened") ids.push(opened.id);
  }
  return ids;
}
/** Keeps what it was asked for; `answer` says what came of it. */
function keeping(answer: (id: IncidentId) => Awaited<ReturnType<Keeper["keep"]>> = () => "running") {
  const asked: IncidentId[] = [];
  const keep: Keeper["keep"] = async ({ head: { id } }) => {
    asked.push(id);
    return answer(id);
  };
  return { asked, keeper: { keep } };
}
function listening() {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const measures: Measure[] = [];
  return {
    ...{ lines, measures },
    ports: { log: (line) => void lines.push(line), tell: (told) => void measures.push(...told) } satisfies Partial<Ports>,
  };
}
const measured = (measures: readonly Measure[], metric: Measure["metric"], of: string) =>
  measures.find((one) => one.metric === metric && Object.values(one.of).includes(of))?.value;

describe("the sweeper", () => {
  it("looks at all that is open, and nothing that is closed", async () => {
    const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
    const others = await more(stage, "cart", "search");
    const { asked, keeper } = keeping();
    expect(await sweep(aSweep(stage, { keeper }), bounds)).toEqual({ open: 3, failed: 0 });
    expect(asked.toSorted()).toEqual([stage.id, ...others].toSorted());
    expect(await stage.plan()).toMatchObject({ to: "Done" });
    asked.length = 0;
    expect(await sweep(aSweep(stage, { keeper }), bounds)).toEqual({ open: 2, failed: 0 });
    expect(asked.toSorted()).toEqual(others.toSorted());
  });

  it("one that cannot be started is named, and does not keep the others waiting", async () => {
    const stage = await aStage();
    const [second, third] = await more(stage, "cart", "search");
    const { asked, keeper } = keeping((id) => {
      if (id === second) throw new Error("throttled");
      return "running";
    });
    const { lines, ports } = listening();
    expect(await sweep(aSweep(stage, { keeper, ...ports }), bounds)).toEqual({ open: 3, failed: 1 });
    expect(asked).toEqual(expect.arrayContaining([stage.id, third]));
    expect(lines).toEqual([
      { level: "error", message: "it cannot be started: throttled", find: "not-startable", incident: second, cluster: "prod" },
    ]);
  });

  it("one whose story cannot be read is named, and does not keep the others waiting", async () => {
    const stage = await aStage();
    const [second] = await more(stage, "cart");
    const view: Stage["ledger"]["view"] = async (id) => {
      if (id === second) throw new Error("the ledger is damaged");
      return stage.ledger.view(id);
    };
    const { lines, ports } = listening();
    const { asked, keeper } = keeping();
    expect(await sweep(aSweep({ ...stage, ledger: { ...stage.ledger, view } }, { keeper, ...ports }), bounds)).toEqual({
      open: 2,
      failed: 1,
    });
    expect(asked).toEqual([stage.id]);
    expect(lines).toMatchObject([{ find: "unreadable", incident: second, message: "it cannot be read: the ledger is damaged" }]);
  });

  it("one that was closed while it was looked at is nothing to speak of", async () => {
    const stage = await aStage();
    const { lines, ports } = listening();
    expect(await sweep(aSweep(stage, { ...keeping(() => "closed"), ...ports }), bounds)).toEqual({ open: 1, failed: 0 });
    expect(lines).toEqual([]);
  });

  it("says what it found, and how much there is, as of when it began", async () => {
    const stage = await aStage();
    stage.now.seconds = 600;
    const { lines, measures, ports } = listening();
    await sweep(aSweep({ ...stage, policy }, { ...keeping(() => "started"), ...ports }), bounds);
    expect(lines).toEqual([
      { level: "error", find: "not-running", message: "nothing carried it on: it was started again", incident: stage.id, cluster: "prod" },
    ]);
    expect(measures).toContainEqual({ metric: "Sweeps", value: 1, of: {} });
    expect([measured(measures, "OpenIncidents", "prod"), measured(measures, "OpenIncidents", "other")]).toEqual([1, 0]);
    expect([measured(measures, "Finds", "not-running"), measured(measures, "Finds", "too-old")]).toEqual([1, 0]);
  });

  it("a ledger that cannot be read is a fault of the sweep", async () => {
    const stage = await aStage();
    const ledger = { ...stage.ledger, open: () => Promise.reject(new Error("no route")) };
    await expect(sweep(aSweep({ ...stage, ledger }), bounds)).rejects.toThrow("no route");
  });
});

describe("a thousand open incidents", () => {
  const thousand = async (stage: Stage): Promise<readonly Incident[]> => {
    const [one] = await stage.ledger.open();
    if (!one) throw new Error("none is open");
    return Array.from({ length: 1000 }, (_, index) => ({ ...one, id: `${one.id.slice(0, -2)}${index}` as IncidentId }));
  };

  it("are looked at so many at once, never more", async () => {
    const stage = await aStage();
    const open = await thousand(stage);
    const view = await stage.view();
    let [now, most] = [0, 0];
    const keep: Keeper["keep"] = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return "running";
    };
    const ledger = { ...stage.ledger, open: async () => open, view: async () => view };
    expect(await sweep(aSweep({ ...stage, ledger }, { keeper: { keep } }), { parallel: 24, seconds: 30 })).toEqual({
      open: 1000,
      failed: 0,
    });
    expect(most).toBe(24);
  });

  it("that take too long are left when the time is over, named, and are not always the same", async () => {
    const stage = await aStage();
    const open = await thousand(stage);
    const view = await stage.view();
    const ledger = { ...stage.ledger, open: async () => open, view: async (id: IncidentId) => ({ ...view, head: { ...view.head, id } }) };
    const left = async (from: number) => {
      stage.now.seconds = from;
      const { asked, keeper } = keeping(() => {
        stage.now.seconds += 0.5;
        return "running";
      });
      const { lines, measures, ports } = listening();
      const swept = await sweep(aSweep({ ...stage, ledger }, { keeper, ...ports }), { parallel: 1, seconds: 30 });
      expect(swept).toEqual({ open: 1000, failed: 940 });
      expect(measured(measures, "Finds", "not-looked-at")).toBe(940);
      expect(lines.filter(({ find }) => find === "not-looked-at")).toHaveLength(940);
      return asked;
    };
    expect(await left(60)).not.toEqual(await left(120));
  });
});
