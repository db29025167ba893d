import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import type { ClusterState } from "../../../kernel/types/index.ts";
import { places } from "../../../local/places.ts";
import { provisionSwitches } from "../../../local/provision.ts";
import { nonce } from "../../support/ledger-values.ts";
import { acceptedWrites, aFolder, aSession, aWorld, cli } from "./support.ts";

/** A data folder that was used for these clusters, and its ledger to look into. */
async function aLedger(...clusters: readonly string[]) {
  const data = aFolder();
  const over = async <T>(use: (ledger: ReturnType<typeof openSqliteLedger>) => Promise<T>): Promise<T> => {
    const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
    try {
      return await use(ledger);
    } finally {
      ledger.close();
    }
  };
  await over(async (ledger) => {
    for (const cluster of clusters) await provisionSwitches(ledger, data, cluster);
  });
  return { data, over };
}

describe("stop and resume", () => {
  it("throws the switch for everywhere, says who, since when and why, and takes it back", async () => {
    const { data, over } = await aLedger("prod");
    const stopped = await cli("stop", "--why", "maintenance", "--data", data);
    expect(stopped.code).toBe(0);
    expect(stopped.out).toMatch(/^✗ everywhere: stopped since \d{4}-\S+Z by terminal:\S+: maintenance$/m);
    expect(stopped.out).toContain("✗ cluster prod: its switch is off; stopped all the same, by the switch for everywhere\n");
    expect(stopped.out).not.toContain("✓");
    expect(await over((ledger) => ledger.switchOf("all"))).toMatchObject({
      state: "on",
      why: "maintenance",
      by: expect.stringMatching(/^terminal:/),
    });
    expect(await cli("resume", "--data", data)).toMatchObject({
      code: 0,
      out: expect.stringContaining("✓ everywhere: writes are permitted"),
    });
    expect(await over((ledger) => ledger.switchOf("all"))).toEqual({ state: "off" });
  });

  it("stops one cluster, and leaves the others", async () => {
    const { data, over } = await aLedger("prod", "staging");
    await cli("stop", "--cluster", "prod", "--why", "it restarts too much", "--data", data);
    expect(
      await over(async (ledger) => [
        await ledger.switchOf("all"),
        await ledger.switchOf({ cluster: "prod" }),
        await ledger.switchOf({ cluster: "staging" }),
      ]),
    ).toMatchObject([{ state: "off" }, { state: "on" }, { state: "off" }]);
    // Only what was asked for: the stop for one cluster stands when the one for all is taken back.
    expect((await cli("resume", "--data", data)).out).toContain("✗ cluster prod: stopped");
    expect((await cli("resume", "--cluster", "prod", "--data", data)).out).not.toContain("✗");
  });

  it("refuses a cluster that is not known, for that would stop nothing", async () => {
    const { data, over } = await aLedger("production");
    expect(await cli("stop", "--cluster", "prodction", "--why", "x", "--data", data)).toMatchObject({
      code: 2,
      out: "",
      err: "remediator: there is no cluster prodction in this ledger: did you mean production?\n",
    });
    expect(await over((ledger) => ledger.switchOf({ cluster: "prodction" }))).toEqual({ state: "missing" });
    expect(await cli("resume", "--cluster", "x", "--data", data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("it has production"),
    });
  });

  it("wants a reason, and keeps no secret that stands in it", async () => {
    const { data, over } = await aLedger("prod");
    expect(await cli("stop", "--data", data)).toMatchObject({ code: 2, err: expect.stringContaining("required option '--why <text>'") });
    expect(await cli("stop", "--why", "  ", "--data", data)).toMatchObject({ code: 2, err: "remediator: --why must say why\n" });
    await cli("stop", "--why", "curl -H 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789'", "--data", data);
    expect(JSON.stringify(await over((ledger) => ledger.switchOf("all")))).not.toContain("abcdefghijklmnopqrstuvwxyz");
  });

  it("closes a breaker, and touches nothing else of the cluster", async () => {
    const { data, over } = await aLedger("prod");
    const state: ClusterState = { version: 1, fence: 7, changes: [], cooling: {}, failed: { "rollout-restart": 3, "evict-pod": 1 } };
    await over(async (ledger) => ledger.setCluster("prod", await ledger.cluster("prod"), state));
    await cli("stop", "--why", "x", "--data", data);
    const { code, out, err } = await cli("resume", "--breaker", "rollout-restart", "--data", data);
    expect({ code, err }).toEqual({
      code: 0,
      err: "the breaker of rollout-restart in prod is closed: 3 failed proofs in a row count no more\n",
    });
    expect(out).not.toContain("of rollout-restart");
    expect(out).toContain("breaker: 1 failed proof of evict-pod in a row there");
    expect(out).toContain("✗ everywhere: stopped");
    expect(await over((ledger) => ledger.cluster("prod"))).toEqual({
      ...state,
      version: 2,
      failed: { "rollout-restart": 0, "evict-pod": 1 },
    });
  });

  it("says that there was no breaker to close, and writes nothing", async () => {
    const { data, over } = await aLedger("prod");
    const { code, err } = await cli("resume", "--breaker", "rollout-restart", "--data", data);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^no breaker of rollout-restart was open in prod: /) });
    expect(await over((ledger) => ledger.cluster("prod"))).toMatchObject({ version: 0 });
  });

  it("asks whose breaker where there are several clusters, and knows only kinds that there are", async () => {
    const { data } = await aLedger("prod", "staging");
    expect(await cli("resume", "--breaker", "evict-pod", "--data", data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("say which with --cluster (prod, staging)"),
    });
    expect(await cli("resume", "--breaker", "evict-pod", "--cluster", "staging", "--data", data)).toMatchObject({ code: 0 });
    expect(await cli("resume", "--breaker", "reboot", "--data", data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("Allowed choices are evict-pod"),
    });
  });
});

describe("a stop switch that was lost", () => {
  /** As a program would lose it: taken out of the file. */
  const lose = (data: string) => {
    const database = new DatabaseSync(places(data).ledger);
    database.exec("DELETE FROM state WHERE pk = 'STOP'");
    database.close();
  };
  const states = async (ledger: ReturnType<typeof openSqliteLedger>) =>
    Promise.all((["all", { cluster: "prod" }] as const).map(async (reach) => (await ledger.switchOf(reach)).state));

  it("stays missing at the next start, so that nothing is written until a person has set it", async () => {
    const { data, over } = await aLedger("prod");
    expect(await over(states)).toEqual(["off", "off"]);
    lose(data);
    await over((ledger) => provisionSwitches(ledger, data, "prod"));
    expect(await over(states)).toEqual(["missing", "missing"]);
  });

  it("is no reason to go without one for a cluster that is new", async () => {
    const { data, over } = await aLedger("staging");
    lose(data);
    await over((ledger) => provisionSwitches(ledger, data, "prod"));
    expect(await over(states)).toEqual(["missing", "off"]);
  });
});

describe("stop, while remediator start runs", () => {
  it("nothing is written, and the ticket says why", async () => {
    const { world } = await aWorld("older-than-webhook");
    const { data, fire, told } = await aSession(world);
    expect(await cli("stop", "--cluster", "practice", "--why", "we are moving house", "--data", data)).toMatchObject({ code: 0 });
    await fire();
    expect(await told("closed")).toMatchObject({ result: "escalated", says: expect.stringContaining("we are moving house") });
    expect(acceptedWrites(world)).toEqual([]);
  });
});
