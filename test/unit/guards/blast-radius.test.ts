import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Remedy } from "../../../kernel/types/index.ts";
import { blastRadius } from "../../../runbook/guards/blast-radius.ts";
import { allPods, podsIn } from "../../../runbook/queries/kubernetes.ts";
import { Missing } from "../../support/evidence.ts";
import { type Asked, asked } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aPolicy, aRestart, aTemplateLabel } from "../../support/incidents.ts";
import { aDeployment, aPod, type Change, type Raw } from "../../support/objects.ts";

const pods = (prefix: string, count: number, app: string, namespace: string, change: Change = {}): readonly Raw[] =>
  Array.from({ length: count }, (_, index) => aPod({ metadata: { name: `${prefix}-${index}`, namespace, labels: { app } }, ...change }));
/** So many pods of Deployment checkout, of others in its namespace, and of other namespaces. */
const world = (own: number, beside: number, elsewhere: number): Asked => ({
  objects: [
    aDeployment(),
    ...pods("own", own, "checkout", "payments"),
    ...pods("beside", beside, "billing", "payments"),
    ...pods("else", elsewhere, "checkout", "shop"),
  ],
});
const limits = (blastPods: number, blastShare: number) => ({ policy: aPolicy({ limits: { blastPods, blastShare } }) });
const rule = async (change: Asked) => (await asked(blastRadius, change)).rule;

describe("blast-radius", () => {
  it.each([aRestart(), aTemplateLabel()])("allows $kind where it reaches few of many", async (remedy) =>
    expect(await asked(blastRadius, { remedy, ...world(4, 12, 40) })).toEqual({ rule: "allow" }),
  );
  it.each([aRestart(), aTemplateLabel()])("allows $kind of an app that is alone in its namespace", async (remedy) =>
    expect(await asked(blastRadius, { remedy, ...world(20, 0, 60) })).toEqual({ rule: "allow" }),
  );
  it("allows a namespace's label where the namespace is a small part of the cluster", async () =>
    expect(await asked(blastRadius, { remedy: aNamespaceLabel(), ...world(4, 0, 40) })).toEqual({ rule: "allow" }));

  it("one pod is no radius", async () =>
    expect(await asked(blastRadius, { remedy: anEviction(), objects: [] })).toEqual({ rule: "allow" }));

  it("denies above the number, and names both", async () =>
    expect(await asked(blastRadius, world(21, 0, 400))).toEqual({
      guard: "blast-radius",
      rule: "deny",
      says: "it would reach 21 pods; the policy allows 20 at once (limits.blastPods)",
    }));

  it.each<readonly [string, Asked]>([
    ["a restart", world(6, 0, 12)],
    ["a namespace's label", { remedy: aNamespaceLabel(), ...world(3, 3, 12) }],
  ])("denies %s above the share, and names all three", async (_what, change) =>
    expect(await asked(blastRadius, change)).toEqual({
      guard: "blast-radius",
      rule: "deny",
      says: "it would reach 6 of 18 pods of the cluster; the policy allows 25 %; limits.blastShare: 0.34 would allow it",
    }),
  );

  it("says in a small cluster what to change in the policy", async () => {
    const small = world(4, 0, 6);
    expect(await asked(blastRadius, small)).toMatchObject({
      says: "it would reach 4 of 10 pods of the cluster; the policy allows 25 %; limits.blastShare: 0.4 would allow it",
    });
    expect(await rule({ ...small, ...limits(20, 0.4) })).toBe("allow");
    expect(await asked(blastRadius, { ...small, ...limits(20, 0.125) })).toMatchObject({
      says: expect.stringContaining("the policy allows 12.5 %"),
    });
  });

  it("the share itself is allowed", async () => expect(await asked(blastRadius, world(5, 15, 0))).toEqual({ rule: "allow" }));

  it("a few are always a large share of a small cluster", async () => {
    expect(await rule(world(3, 0, 0))).toBe("allow");
    expect(await rule(world(4, 0, 0))).toBe("deny");
  });

  it("a namespace's label reaches everything in it, an owner's change its own pods only", async () => {
    const around = world(4, 18, 200);
    expect(await rule({ remedy: aNamespaceLabel(), ...around })).toBe("deny");
    expect(await rule({ remedy: aTemplateLabel(), ...around })).toBe("allow");
  });

  it("counts neither what ended nor what leaves", async () => {
    const ended = pods("job", 30, "checkout", "payments", { status: { phase: "Failed" } });
    expect(await rule({ remedy: aNamespaceLabel(), objects: [...(world(4, 0, 40).objects ?? []), ...ended] })).toBe("allow");
  });

  it.each<readonly [string, Remedy, ReturnType<typeof podsIn>]>([
    ["the owner's pods", aRestart(), podsIn("payments")],
    ["the namespace's pods", aNamespaceLabel(), podsIn("payments")],
    ["all pods", aRestart(), allPods()],
  ])("denies where %s cannot be read", async (_what, remedy, query) =>
    expect(await asked(blastRadius, { remedy, ...world(6, 20, 60), besides: [[query, new Missing("forbidden")]] })).toMatchObject({
      rule: "deny",
      says: "cannot tell: forbidden",
    }),
  );

  it.each([[[]], [[aPod()]]])("denies where the two lists do not agree", async (items) =>
    expect(await asked(blastRadius, { ...world(6, 0, 0), besides: [[allPods(), { items }]] })).toMatchObject({
      says: `it would reach 6 pods where the cluster lists ${items.length}, so a share cannot be told`,
    }),
  );
});

describe("blast-radius, for any cluster and limits", () => {
  const own = fc.integer({ min: 0, max: 12 });
  const more = fc.integer({ min: 0, max: 30 });
  const least = fc.integer({ min: 1, max: 12 });
  const percent = fc.integer({ min: 1, max: 100 });

  it("agrees with a count by hand: few, or within number and share", () =>
    fc.assert(
      fc.asyncProperty(own, more, more, least, percent, async (reached, beside, elsewhere, most, part) => {
        const small = reached <= 3;
        const within = reached <= most && (small || reached * 100 <= part * (reached + beside + elsewhere));
        expect(await rule({ ...world(reached, beside, elsewhere), ...limits(most, part / 100) })).toBe(within ? "allow" : "deny");
      }),
    ));

  it("does not depend on what else is in the namespace", () =>
    fc.assert(
      fc.asyncProperty(own, more, more, percent, async (reached, beside, elsewhere, part) => {
        const together = await asked(blastRadius, { ...world(reached, beside + elsewhere, 0), ...limits(20, part / 100) });
        expect(await asked(blastRadius, { ...world(reached, beside, elsewhere), ...limits(20, part / 100) })).toEqual(together);
      }),
    ));

  it("is allowed with the share that its denial names, and with no hundredth less", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: 20 }), more, percent, async (reached, elsewhere, part) => {
        const around = world(reached, 0, elsewhere);
        const said = await asked(blastRadius, { ...around, ...limits(20, part / 100) });
        if (said.rule === "allow") return;
        const named = Number(/limits\.blastShare: ([\d.]+)/.exec(said.says)?.[1]);
        expect(named).toBeLessThanOrEqual(1);
        expect(await rule({ ...around, ...limits(20, named) })).toBe("allow");
        expect(await rule({ ...around, ...limits(20, named - 0.01) })).toBe("deny");
      }),
    ));

  it("never allows more pods of the same cluster where it denied fewer", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), least, percent, async (size, most, part) => {
        const rules: string[] = [];
        for (let reached = 0; reached <= size; reached++)
          rules.push(await rule({ ...world(reached, size - reached, size), ...limits(most, part / 100) }));
        const first = rules.indexOf("deny");
        expect(first < 0 ? [] : rules.slice(first).filter((one) => one !== "deny")).toEqual([]);
      }),
      { numRuns: 30 },
    ));
});
