import { describe, expect, it } from "vitest";
import type { Switch } from "../../../kernel/types/index.ts";
import { stopSwitches } from "../../../runbook/guards/stop-switches.ts";
import { asked } from "../../support/guards.ts";
import { at, aView } from "../../support/incidents.ts";

const off: Switch = { state: "off" };
const on: Switch = { state: "on", by: "alice", since: at(5), why: "deploy freeze" };
const missing: Switch = { state: "missing" };
const thrown = (all: Switch, cluster: Switch) => ({ ledger: aView([], { stops: { all, cluster } }) });

describe("stop-switches", () => {
  it("allows where both are there and off", async () => expect(await asked(stopSwitches, thrown(off, off))).toEqual({ rule: "allow" }));

  it.each([
    ["everything is stopped", on, off, `alice stopped everything at ${at(5)}: deploy freeze`],
    ["the cluster is stopped", off, on, `alice stopped cluster prod at ${at(5)}: deploy freeze`],
    ["the one of everything is not there", missing, off, "the stop switch of everything was never set, or cannot be read"],
    ["the cluster's is not there", off, missing, "the stop switch of cluster prod was never set, or cannot be read"],
  ])("denies where %s, and says who or what", async (_when, all, cluster, says) =>
    expect(await asked(stopSwitches, thrown(all, cluster))).toEqual({ guard: "stop-switches", rule: "deny", says }),
  );

  it("stops an undo, too", async () =>
    expect(await asked(stopSwitches, { ...thrown(off, on), undoing: true })).toMatchObject({ rule: "deny" }));
});
