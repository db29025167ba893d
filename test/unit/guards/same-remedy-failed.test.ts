import { describe, expect, it } from "vitest";
import { planOf } from "../../../kernel/plan.ts";
import type { Conclusion, Entry, LedgerView, Remedy, Sha256 } from "../../../kernel/types/index.ts";
import { sameRemedyFailed } from "../../../runbook/guards/same-remedy-failed.ts";
import { asked } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aStory, at, aView, sha } from "../../support/incidents.ts";

/** A story in which these were written and came to this. */
function tried(...tries: readonly (readonly [Remedy, Conclusion])[]): LedgerView {
  const entries: Entry[] = [];
  for (const [remedy, proof] of tries) {
    entries.push({ type: "intent", remedy, plan: planOf(remedy), fence: 1, writeBefore: at(20) });
    const intent: Sha256 = aStory(entries).at(-1)?.hash ?? sha("none");
    entries.push({ type: "outcome", intent, effect: "applied", says: "done", lookAt: at(10) });
    entries.push({ type: "concluded", intent, proof, says: "its pods still lack the volume" });
  }
  return aView(entries);
}

describe("same-remedy-failed", () => {
  it("allows what was never tried", async () => expect(await asked(sameRemedyFailed)).toEqual({ rule: "allow" }));

  it.each(["failed", "unproved"] as const)("denies what %s, and says when and how it ended", async (proof) =>
    expect(await asked(sameRemedyFailed, { ledger: tried([aRestart(), proof]) })).toEqual({
      guard: "same-remedy-failed",
      rule: "deny",
      says: `rollout-restart was tried at ${at(1)} and did not help: its pods still lack the volume`,
    }),
  );

  it("a failure on one pod is one for all pods of its owner, not for another owner or kind", async () => {
    const ledger = tried([anEviction("ledger-0"), "failed"]);
    expect((await asked(sameRemedyFailed, { ledger, remedy: anEviction("ledger-1") })).rule).toBe("deny");
    expect((await asked(sameRemedyFailed, { ledger, remedy: aRestart() })).rule).toBe("allow");
  });

  it("what was proved is not repeated on the same object, but done to the next one", async () => {
    const ledger = tried([anEviction("ledger-0"), "proved"]);
    expect(await asked(sameRemedyFailed, { ledger, remedy: anEviction("ledger-0") })).toMatchObject({
      rule: "deny",
      says: "evict-pod was done to this very Pod and proved; doing it again would change nothing",
    });
    expect((await asked(sameRemedyFailed, { ledger, remedy: anEviction("ledger-1") })).rule).toBe("allow");
  });

  it("what came to nothing may be tried once more, and not a third time", async () => {
    expect((await asked(sameRemedyFailed, { ledger: tried([aRestart(), "void"]) })).rule).toBe("allow");
    expect(await asked(sameRemedyFailed, { ledger: tried([aRestart(), "void"], [aRestart(), "void"]) })).toMatchObject({
      rule: "deny",
      says: "rollout-restart came to nothing 2 times on checkout",
    });
  });

  it("another value of a label is another change", async () => {
    const [label] = [aNamespaceLabel()];
    const ledger = tried([label, "failed"]);
    expect((await asked(sameRemedyFailed, { ledger, remedy: label })).rule).toBe("deny");
    expect((await asked(sameRemedyFailed, { ledger, remedy: { ...label, set: { ...label.set, to: "yes" } } })).rule).toBe("allow");
  });

  it("never stands against an undo", async () =>
    expect(await asked(sameRemedyFailed, { undoing: true, ledger: tried([aRestart(), "failed"]) })).toEqual({ rule: "allow" }));
});
