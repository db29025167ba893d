import { describe, expect, it } from "vitest";
import { sha256 } from "../../../kernel/digest.ts";
import { verify } from "../../../kernel/story.ts";
import type { IncidentId, Instant, LedgerRecord, Measure } from "../../../kernel/types/index.ts";
import { remembering } from "../../../lambdas/audit/done.ts";
import { audit, type Ports } from "../../../lambdas/audit/handler.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { at, sha } from "../../support/incidents.ts";
import { injected } from "../../support/objects.ts";
import { changeOf, changesOf } from "../../support/stream.ts";
import { aStage, type Stage } from "../act/stage.ts";

interface Line {
  readonly type?: string;
  readonly incident?: IncidentId;
  readonly address?: string;
  readonly audit?: LedgerRecord;
}
/** The function's ports over a stage's ledger and archive, and what went out of them. */
function listening({ ledger, archive, clock }: Stage, change: Partial<Ports> = {}) {
  const lines: Line[] = [];
  const times: Instant[] = [];
  const told: { readonly measures: readonly Measure[]; readonly at: Instant }[] = [];
  const errors: unknown[] = [];
  const ports: Ports = {
    ...{ ledger, archive, clock, clusters: ["prod"], done: remembering(100) },
    audit: {
      write: async (line, of) => {
        lines.push(JSON.parse(line));
        times.push(of);
      },
    },
    tell: (measures, of) => void told.push({ measures, at: of }),
    log: (line) => void errors.push(line),
    ...change,
  };
  return { ports, lines, times, told, errors, measures: () => told.flatMap(({ measures }) => measures) };
}
/** An incident that was looked at, found healthy and closed. */
async function closed(): Promise<Stage> {
  const stage = await aStage({ objects: aWorld(...checkout({ pod: { spec: injected } })) });
  expect(await stage.plan()).toMatchObject({ to: "Done" });
  return stage;
}
const storyOf = async (stage: Stage) => (await stage.view()).story;
const recordsIn = (lines: readonly Line[]) => lines.flatMap((line) => (line.audit ? [line.audit] : []));

describe("each record", () => {
  it("is a line, in order, exactly as it is in the table: its chain can be checked from the log", async () => {
    const stage = await closed();
    const { ports, lines, times } = listening(stage);
    expect(await audit({ Records: changesOf(await storyOf(stage)) }, ports)).toEqual({ batchItemFailures: [] });
    expect(times.slice(0, -1)).toEqual((await storyOf(stage)).map(({ written }) => written));
    expect(recordsIn(lines)).toEqual(await storyOf(stage));
    expect(verify(recordsIn(lines))).toEqual({ whole: true });
    expect(lines.every(({ incident }) => incident === stage.id)).toBe(true);
  });

  it("an alert that was not taken is a line, and counted unless it is one that asks for nothing", async () => {
    const { ports, lines, measures } = listening(await aStage());
    const rejection = { at: at(1), body: sha("a body"), index: 3, reason: "labels.cluster must name the cluster" };
    await audit({ Records: [changeOf(rejection, 1), changeOf({ ...rejection, index: 4, ignored: true }, 2)] }, ports);
    expect(lines).toMatchObject([
      { type: "rejected", timestamp: at(1), says: rejection.reason, index: 3, audit: rejection },
      { type: "ignored", index: 4 },
    ]);
    expect(measures()).toEqual([{ metric: "RejectedAlerts", value: 1, of: {} }]);
  });

  it("that was changed or removed is no record, but an alarm", async () => {
    const stage = await closed();
    const { ports, lines, errors, measures } = listening(stage);
    const [first, second] = changesOf(await storyOf(stage));
    if (!first || !second) throw new Error("a closed story has more records");
    const { NewImage: _, ...gone } = second.dynamodb;
    const changes = [
      { ...first, eventName: "MODIFY" as const },
      { ...second, eventName: "REMOVE" as const, dynamodb: gone },
    ];
    expect(await audit({ Records: changes }, ports)).toEqual({ batchItemFailures: [] });
    expect(lines).toEqual([]);
    expect(errors).toMatchObject([
      { level: "error", message: "a record was changed after it was written", item: `${stage.id} 00000001` },
      { level: "error", message: "a record was removed after it was written", item: `${stage.id} 00000002` },
    ]);
    expect(measures()).toEqual([1, 1].map((value) => ({ metric: "BrokenChains", value, of: {} })));
  });
});

describe("a closed incident", () => {
  it("is sealed whole into the archive, under the address that its line says", async () => {
    const stage = await closed();
    const { ports, lines } = listening(stage);
    await audit({ Records: changesOf(await storyOf(stage)) }, ports);
    const sealed = lines.find(({ type }) => type === "sealed");
    const bytes = await stage.archive.get(sealed?.address as ReturnType<typeof sha>);
    expect(sha256(bytes)).toBe(sealed?.address);
    const { head } = await stage.view();
    expect(JSON.parse(Buffer.from(bytes).toString("utf8"))).toEqual({ incident: stage.id, head: head.hash, story: await storyOf(stage) });
    expect(sealed).toMatchObject({ incident: stage.id, head: head.hash, records: head.seq });
    expect(stage.seen.calls.filter((call) => call === "keep story")).toHaveLength(1);
  });

  it("is counted, as of when it was closed", async () => {
    const stage = await closed();
    const { ports, told } = listening(stage);
    await audit({ Records: changesOf(await storyOf(stage)) }, ports);
    expect(told.map((one) => one.at)).toEqual([(await stage.last("closed")).written]);
    expect(told[0]?.measures).toEqual(
      expect.arrayContaining([
        { metric: "Incidents", value: 1, of: { cluster: "prod", result: "self-healed" } },
        { metric: "BrokenChains", value: 0, of: {} },
      ]),
    );
  });

  it("whose chain is broken is not sealed, and neither is it done again: that would not mend it", async () => {
    const stage = await closed();
    const view = await stage.view();
    const [first, ...rest] = view.story;
    const ledger = { view: async () => ({ ...view, story: [{ ...first, by: "somebody else" }, ...rest] as const }) };
    const { ports, lines, errors, measures } = listening(stage, { ledger });
    expect(await audit({ Records: changesOf(view.story) }, ports)).toEqual({ batchItemFailures: [] });
    expect(lines.map(({ type }) => type)).not.toContain("sealed");
    expect(errors).toMatchObject([{ message: "the chain is broken: record 1 was changed after it was written", incident: stage.id }]);
    expect(measures()).toEqual([{ metric: "BrokenChains", value: 1, of: {} }]);
  });
});

describe("what cannot be done", () => {
  const poison = (records: ReturnType<typeof changesOf>, place: number) =>
    records.map((one, index) =>
      index === place ? { ...one, dynamodb: { ...one.dynamodb, NewImage: { ...one.dynamodb.NewImage, body: { S: "no JSON" } } } } : one,
    );

  it("comes again, and does not keep its siblings waiting", async () => {
    const stage = await closed();
    const story = await storyOf(stage);
    const { ports, lines, errors } = listening(stage);
    const batch = { Records: poison(changesOf(story, 700), 1) };
    expect(await audit(batch, ports)).toEqual({ batchItemFailures: [{ itemIdentifier: "701" }] });
    expect(recordsIn(lines).map(({ seq }) => seq)).toEqual(story.map(({ seq }) => seq).filter((seq) => seq !== 2));
    expect(errors).toMatchObject([{ level: "error", message: "a record is not in the audit log", item: `${stage.id} 00000002` }]);
  });

  it("fails each time, until Lambda gives it to the dead letters: its siblings are written once", async () => {
    const stage = await closed();
    const { ports, lines } = listening(stage);
    const Records = poison(changesOf(await storyOf(stage)), 1);
    for (let time = 0; time < 5; time++)
      expect(await audit({ Records: Records.slice(time === 0 ? 0 : 1) }, ports)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    const numbers = recordsIn(lines).map(({ seq }) => seq);
    expect(numbers).toEqual([...new Set(numbers)]);
    expect(numbers).toHaveLength(Records.length - 1);
  });

  it("because the log is away is written when it is back, and nothing of it is done before", async () => {
    const stage = await closed();
    const away = { write: () => Promise.reject(new Error("CloudWatch Logs did not take it: 500 ")) };
    const { ports, told } = listening(stage, { audit: away });
    const Records = changesOf(await storyOf(stage));
    expect((await audit({ Records }, ports)).batchItemFailures).toHaveLength(Records.length);
    expect(told).toEqual([]);
    const back = listening(stage, { done: ports.done });
    expect(await audit({ Records }, back.ports)).toEqual({ batchItemFailures: [] });
    expect(recordsIn(back.lines)).toEqual(await storyOf(stage));
  });

  it("because the archive is away is done when it is back", async () => {
    const stage = await closed();
    let away = true;
    const put: Stage["archive"]["put"] = async (...given) => {
      if (away) throw new Error("no route");
      return stage.archive.put(...given);
    };
    const { ports, lines, told } = listening(stage, { archive: { put } });
    const Records = changesOf(await storyOf(stage));
    const last = Records.at(-1)?.dynamodb.SequenceNumber;
    expect(await audit({ Records }, ports)).toEqual({ batchItemFailures: [{ itemIdentifier: last }] });
    expect(told).toEqual([]);
    away = false;
    expect(await audit({ Records: Records.slice(-1) }, ports)).toEqual({ batchItemFailures: [] });
    expect(lines.map(({ type }) => type)).toContain("sealed");
    expect(told).toHaveLength(1);
  });
});

it("a record that comes twice to a function that knows nothing of the first time is the same line, seal and count again", async () => {
  const stage = await closed();
  const Records = changesOf(await storyOf(stage));
  const [once, again] = [listening(stage), listening(stage)];
  await audit({ Records }, once.ports);
  await audit({ Records }, again.ports);
  expect(again.lines).toEqual(once.lines);
  expect(again.told).toEqual(once.told);
});

it("a function remembers the last ones that it did", () => {
  const done = remembering(2);
  for (const name of ["a", "b", "c"]) done.add(name);
  expect(["a", "b", "c"].map((name) => done.has(name))).toEqual([false, true, true]);
});
