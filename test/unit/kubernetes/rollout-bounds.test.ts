import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Controller, ControllerKind } from "../../../runbook/kubernetes/objects-controller.ts";
import { keptBack, mostUnavailable } from "../../../runbook/kubernetes/rollout-bounds.ts";

type Amount = number | string | undefined;
const owner = (kind: ControllerKind, maxUnavailable?: Amount, maxSurge?: Amount, partition = 0) =>
  ({ kind, maxUnavailable, maxSurge, partition }) as Controller;
const most = (kind: ControllerKind, wanted: number, maxUnavailable?: Amount, maxSurge?: Amount) =>
  mostUnavailable(owner(kind, maxUnavailable, maxSurge), wanted);

/** By whole numbers alone: the least, or the greatest, count that is not below, or not above, so many hundredths. */
const up = (percent: number, of: number) => {
  let count = 0;
  while (count * 100 < percent * of) count++;
  return count;
};
const down = (percent: number, of: number) => {
  let count = 0;
  while ((count + 1) * 100 <= percent * of) count++;
  return count;
};
const percents = fc.integer({ min: 0, max: 100 });
const counts = fc.integer({ min: 1, max: 400 });

describe("how many pods a rollout may take away, as the controllers of Kubernetes 1.37 count", () => {
  it("a Deployment rounds surge up, what may be missing down, and takes one where both come to none", () =>
    fc.assert(
      fc.property(counts, percents, percents, (wanted, unavailable, surge) => {
        const stuck = up(surge, wanted) === 0 && down(unavailable, wanted) === 0;
        expect(most("Deployment", wanted, `${unavailable}%`, `${surge}%`)).toBe(stuck ? 1 : down(unavailable, wanted));
      }),
      { numRuns: 500 },
    ));

  it("a DaemonSet rounds both up, and takes none away before the new one serves where it may surge", () =>
    fc.assert(
      fc.property(counts, percents, percents, (wanted, unavailable, surge) => {
        expect(most("DaemonSet", wanted, `${unavailable}%`, `${surge}%`)).toBe(surge > 0 ? 0 : Math.max(1, up(unavailable, wanted)));
      }),
      { numRuns: 500 },
    ));

  it("a StatefulSet rounds down, to at least one, and never surges", () =>
    fc.assert(
      fc.property(counts, percents, percents, (wanted, unavailable, surge) => {
        expect(most("StatefulSet", wanted, `${unavailable}%`, `${surge}%`)).toBe(Math.max(1, down(unavailable, wanted)));
      }),
      { numRuns: 500 },
    ));

  it.each<readonly [ControllerKind, number, Amount, Amount, number | undefined]>([
    // Where nothing is said: a quarter of both; one, without surge.
    ["Deployment", 8, undefined, undefined, 2],
    ["Deployment", 3, undefined, undefined, 0],
    ["DaemonSet", 8, undefined, undefined, 1],
    ["StatefulSet", 8, undefined, undefined, 1],
    // 0.55 times 100 is more than 55 for a machine.
    ["DaemonSet", 100, "55%", undefined, 55],
    ["DaemonSet", 2, "51%", undefined, 2],
    ["DaemonSet", 2, "50%", undefined, 1],
    ["DaemonSet", 5, 3, 0, 3],
    ["DaemonSet", 5, 0, 2, 0],
    ["Deployment", 5, 9, 0, 9],
    ["StatefulSet", 5, 3, undefined, 3],
    ["StatefulSet", 3, "1%", undefined, 1],
    ["Deployment", 5, "a few", undefined, undefined],
    ["Deployment", 5, 1, "some", undefined],
    ["DaemonSet", 5, "3", undefined, undefined],
    ["StatefulSet", 5, "-1%", undefined, undefined],
  ])("%s of %i with %s unavailable and %s surge: %s", (kind, wanted, unavailable, surge, expected) =>
    expect(most(kind, wanted, unavailable, surge)).toBe(expected),
  );
});

describe("how many pods keep the template that they have", () => {
  it.each([
    [0, 3, 0],
    [1, 3, 1],
    [3, 3, 3],
    [9, 3, 3],
  ])("partition %i of %i: %i", (partition, wanted, kept) => {
    expect(keptBack(owner("StatefulSet", 1, 0, partition), wanted)).toBe(kept);
    expect(keptBack(owner("DaemonSet", 1, 0, partition), wanted)).toBe(0);
  });
});
