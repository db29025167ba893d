import { describe, expect, it, vi } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { instant } from "../../../kernel/time.ts";
import type { Entry, LedgerRecord } from "../../../kernel/types/index.ts";
import { keepInForce } from "../../../local/commands/in-force.ts";
import { resting } from "../../../local/commands/incident/resting.ts";
import { takeLock } from "../../../local/lock.ts";
import { places } from "../../../local/places.ts";
import { appended, at, closed, nonce, opened, openingOf, sha } from "../../support/ledger-values.ts";
import { aFolder, aPolicy, cli } from "./support.ts";

const aMinuteAgo = () => Date.now() - 60_000;
const pauseSeconds = 300;
/** As records are shown: the time of day, in UTC. */
const until = (closedAt: number) => instant(closedAt + pauseSeconds * 1000).slice(11, 19);

/** A folder whose workload had an incident that was closed at `closedAt`, and has another since half a minute after that. */
async function again(closedAt: number, ...entries: readonly Entry[]) {
  const data = aFolder();
  const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
  const first = await opened(ledger, openingOf("web"), instant(closedAt - 1000));
  await ledger.append(first, [closed], "Decide", instant(closedAt));
  let view = await opened(ledger, openingOf("web"), instant(closedAt + 30_000));
  for (const entry of entries) view = await appended(ledger, view, entry);
  ledger.close();
  const policy = aPolicy();
  await keepInForce(data, { cluster: "prod", policy: aPolicy({ timing: { ...policy.timing, pauseSeconds } }) });
  return { data, id: view.head.id, story: view.story };
}

describe("an incident about what was closed before", () => {
  it("is shown with the time until which it rests", async () => {
    const since = aMinuteAgo();
    const { data, id } = await again(since);
    const { code, out } = await cli("incident", id, "--data", data);
    expect(code).toBe(0);
    expect(out).toContain(
      `· rests until ${until(since)}: an incident about the same was closed at ${instant(since).slice(11, 19)}, and the next one looks 5 min after that at the earliest (timing.pauseSeconds)\n`,
    );
    expect((await cli("incident", id, "--data", data, "--json")).out).not.toContain("rests");
  });

  it.each(["approve", "decline"])("%s says that nothing is asked yet, and until when it rests", async (verb) => {
    const since = aMinuteAgo();
    const { data, id } = await again(since);
    const { code, err } = await cli(verb, id, "--data", data);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(new RegExp(`^refused: nothing is asked yet: ${id} rests until ${until(since)}: `)),
    });
  });

  it("is run with a line that says so, once", async () => {
    const since = aMinuteAgo();
    const { data } = await again(since);
    const free = takeLock(places(data).lock);
    const running = cli("run", "shop/deployment/web", "--data", data);
    await vi.waitFor(() => expect(String(vi.mocked(process.stderr.write).mock.calls)).toContain("rests until"), { timeout: 10_000 });
    free();
    const { err } = await running;
    expect(err.split("\n").filter((line) => line.startsWith(`rests until ${until(since)}: `))).toHaveLength(1);
  });
});

describe("resting", () => {
  const said = async (closedAt: number, ...entries: readonly Entry[]) =>
    resting((await again(closedAt, ...entries)).story, pauseSeconds, instant(closedAt + 31_000));

  it("is no first incident, none whose time is over, and none that has ended or been handed over", async () => {
    const closedAt = aMinuteAgo();
    const [second] = (await again(closedAt)).story as readonly [Extract<LedgerRecord, { type: "opened" }>];
    const { after: _, ...alone } = second.incident;
    const soon = instant(closedAt + 31_000);
    expect(resting([{ ...second, incident: alone }], pauseSeconds, soon)).toBeUndefined();
    expect(resting([second], pauseSeconds, soon)).toContain("rests until");
    expect(resting([second], pauseSeconds, instant(closedAt + pauseSeconds * 1000))).toBeUndefined();
    expect(resting([second], undefined, soon)).toBeUndefined();
    expect(resting([], pauseSeconds, soon)).toBeUndefined();
    expect(await said(aMinuteAgo(), closed)).toBeUndefined();
    expect(await said(aMinuteAgo(), { type: "escalating", why: "x", result: "escalated" })).toBeUndefined();
  });

  it("is none that has looked already, under a policy that is another by now", async () => {
    const unknown = { check: "svid.exists", is: "unknown", subject: { on: "fleet" }, says: "no answer", evidence: [] } as const;
    const diagnosis = { round: 1, findings: [unknown], cause: undefined, remedies: [] } as const;
    expect(await said(aMinuteAgo(), { type: "diagnosed", diagnosis, evidence: sha("evidence") })).toBeUndefined();
  });

  it("is told by the closing of the one before, not by its own opening", async () => {
    expect(resting((await again(Date.parse(at(0)))).story, pauseSeconds, at(299))).toContain("rests until 08:05:00");
  });
});
