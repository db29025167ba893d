import { describe, expect, it } from "vitest";
import type { LabelChange, Uid } from "../../../kernel/types/index.ts";
import { evidenceComplete } from "../../../runbook/guards/evidence-complete.ts";
import { asked, foundFaulty, foundHealthy, now } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aTemplateLabel } from "../../support/incidents.ts";

describe("evidence-complete", () => {
  it("allows what the cause proposes, also beside others", async () => {
    expect(await asked(evidenceComplete)).toEqual({ rule: "allow" });
    expect(await asked(evidenceComplete, { diagnosis: foundFaulty([anEviction(), aRestart()]) })).toEqual({ rule: "allow" });
  });

  it("asks for a new look, at once, where there is no cause any more", async () =>
    expect(await asked(evidenceComplete, { diagnosis: foundHealthy })).toEqual({
      guard: "evidence-complete",
      rule: "deny",
      says: "there is no cause to act on any more",
      until: now,
    }));

  it.each([
    ["is another kind's", [aNamespaceLabel()]],
    ["is the same on another object", [anEviction("ledger-1")]],
    ["is for people", []],
    [
      "is the same pod's, by another owner",
      [anEviction("ledger-0", { owner: { kind: "StatefulSet", name: "ledger", uid: "u-again" as Uid } })],
    ],
  ])("asks for a new look where the cause now %s", async (_what, remedies) =>
    expect(await asked(evidenceComplete, { remedy: anEviction("ledger-0"), diagnosis: foundFaulty(remedies) })).toEqual({
      guard: "evidence-complete",
      rule: "deny",
      says: 'the cause now is "its pods are older than the webhook", which this remedy is not for',
      until: now,
    }),
  );

  it("asks for a new look where the same is proposed to the same object with another label, or another value", async () => {
    const remedy = aTemplateLabel();
    const with_ = (set: Partial<LabelChange>) => ({ ...remedy, set: { ...remedy.set, ...set } });
    for (const now of [with_({ key: "new.example/inject" }), with_({ to: "on" }), with_({ from: "disabled" })])
      expect(await asked(evidenceComplete, { remedy, diagnosis: foundFaulty([now]) })).toMatchObject({ rule: "deny" });
    expect(await asked(evidenceComplete, { remedy, diagnosis: foundFaulty([{ ...remedy, why: "in other words" }]) })).toEqual({
      rule: "allow",
    });
  });

  it("what is taken back answers to its own write, not to a cause", async () =>
    expect(await asked(evidenceComplete, { undoing: true, diagnosis: foundHealthy })).toEqual({ rule: "allow" }));
});
