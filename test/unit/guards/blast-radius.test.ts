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
  it.each([aRestart(), aTemplateLabel(), aNamespaceLabel()])("allows $kind where it reaches few of many", async (remedy) =>
    expect(await asked(blastRadius, { remedy, ...world(4, 0, 40) })).toEqual({ rule: "allow" }),
  );

  it("one pod is no radius", async () =>
    expect(await asked(blastRadius, { remedy: anEviction(), objects: [] })).toEqual({ rule: "allow" }));

  it("denies above the number, and names both", async () =>
    expect(await asked(blastRadius, world(21, 0, 400))).toEqual({
      guard: "blast-radius",
      rule: "deny",
      says: "it would reach 21 pods; the policy allows 20 at once",
    }));

  it("denies above the share, and names all three", async () =>
    expect(await asked(blastRadius, world(6, 0, 12))).toEqual({
      guard: "blast-radius",
      rule: "deny",
      says: "it would reach 6 of 18 pods; the policy allows 25 %",
    }));

  it("the share itself is allowed", async () => expect(await asked(blastRadius, world(5, 0, 15))).toEqual({ rule: "allow" }));

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
    expect(await asked(blastRadius, { remedy, ...world(6, 0, 60), besides: [[query, new Missing("forbidden")]] })).toMatchObject({
      rule: "deny",
      says: "cannot tell: forbidden",
    }),
  );

  it("denies where the two lists do not agree", async () =>
    expect(await asked(blastRadius, { ...world(6, 0, 0), besides: [[allPods(), { items: [] }]] })).toMatchObject({
      says: "no pod is there, so a share cannot be told",
    }));
});

describe("blast-radius, for any cluster and limits", () => {
  const own = fc.integer({ min: 0, max: 12 });
  const more = fc.integer({ min: 0, max: 30 });
  const least = fc.integer({ min: 1, max: 12 });
  const percent = fc.integer({ min: 1, max: 100 });

  it("agrees with a count by hand: few, or within number and share", () =>
    fc.assert(
      fc.asyncProperty(own, more, least, percent, async (reached, elsewhere, most, part) => {
        const small = reached <= 3;
        const within = reached <= most && (small || reached * 100 <= part * (reached + elsewhere));
        expect(await rule({ ...world(reached, 0, elsewhere), ...limits(most, part / 100) })).toBe(within ? "allow" : "deny");
      }),
    ));

  it("never allows more pods of the same cluster where it denied fewer", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), least, percent, async (size, most, part) => {
        const rules: string[] = [];
        for (let reached = 0; reached <= size; reached++)
          rules.push(await rule({ ...world(reached, 0, size - reached), ...limits(most, part / 100) }));
        const first = rules.indexOf("deny");
        expect(first < 0 ? [] : rules.slice(first).filter((one) => one !== "deny")).toEqual([]);
      }),
      { numRuns: 30 },
    ));
});
