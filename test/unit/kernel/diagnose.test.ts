import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conclude, diagnose, isHealthy } from "../../../kernel/diagnose.ts";
import type { Finding } from "../../../kernel/types/index.ts";
import { anIncident, aPolicy, aRestart, sha, t0 } from "../../support/incidents.ts";
import { aScenario, chain } from "../../support/rules.ts";

const answers = ["healthy", "faulty", "unknown", "not-applicable"] as const;
type Is = (typeof answers)[number];
const row = (pod: string, of: readonly Is[]): Finding[] =>
  of.map(
    (is, index) =>
      ({
        is,
        says: is,
        check: chain[index]?.id,
        subject: { on: "workload", namespace: "n", owner: { kind: "Pod", name: pod }, pod },
        evidence: [sha("e")],
        ...(is === "faulty" ? { remedies: [aRestart()] } : {}),
      }) as unknown as Finding,
  );
const links = [0, 1, 3];
const anything = fc.array(fc.array(fc.constantFrom(...answers), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 });

describe("the cause", () => {
  it("is the first faulty link with no unknown at it or before it, over all subjects", () => {
    fc.assert(
      fc.property(anything, (table) => {
        const { cause, remedies } = conclude(
          chain,
          table.map((of, i) => row(`p${i}`, of)),
          1,
        );
        const first = links.find((link) => table.some((of) => of[link] === "faulty" || of[link] === "unknown"));
        const named = first !== undefined && !table.some((of) => of[first] === "unknown") ? chain[first]?.id : undefined;
        expect(cause?.check).toBe(named);
        expect(remedies.length).toBe(named ? 1 : 0);
      }),
    );
  });
  it("is never a side check", () => {
    fc.assert(
      fc.property(anything, (table) => {
        expect(
          conclude(
            chain,
            table.map((of, i) => row(`p${i}`, of)),
            1,
          ).cause?.check,
        ).not.toBe("aside");
      }),
    );
  });
  it("is not taken away by more evidence of health, nor made by more unknowns", () => {
    fc.assert(
      fc.property(anything, fc.nat(), fc.nat(), (table, r, c) => {
        const before = conclude(
          chain,
          table.map((of, i) => row(`p${i}`, of)),
          1,
        ).cause;
        const dimmed = table.map((of, i) => (i === r % table.length ? of.map((is, j) => (j === c % 4 ? ("unknown" as const) : is)) : of));
        const after = conclude(
          chain,
          dimmed.map((of, i) => row(`p${i}`, of)),
          1,
        ).cause;
        if (!before) expect(after === undefined || c % 4 === 2 || table[r % table.length]?.[c % 4] === "unknown").toBe(true);
        if (after && before) expect(after.check).toBe(before.check);
      }),
    );
  });
});

describe("a remedy that several pods propose", () => {
  it("is told in the words of the pod that is the cause", () => {
    const of = (pod: string) =>
      row(pod, ["healthy", "faulty"]).map((one) =>
        one.is === "faulty" ? { ...one, remedies: [aRestart({ why: pod })] } : one,
      ) as Finding[];
    const { cause, remedies } = conclude(chain, [of("p1"), of("p2"), of("p3")], 1);
    expect([cause?.subject, remedies.map(({ why }) => why)]).toEqual([expect.objectContaining({ pod: "p1" }), ["p1"]]);
  });
});

describe("health", () => {
  it("takes a healthy link and nothing but healthy or not applicable ones", () => {
    fc.assert(
      fc.property(anything, (table) => {
        const said = isHealthy(
          chain,
          conclude(
            chain,
            table.map((of, i) => row(`p${i}`, of)),
            1,
          ),
        );
        const seen = table.flatMap((of) => links.map((link) => of[link]));
        expect(said).toBe(seen.includes("healthy") && !seen.includes("faulty") && !seen.includes("unknown"));
      }),
    );
  });
});

describe("subjects that cannot be known", () => {
  const given = { cluster: "prod", policy: aPolicy(), now: t0 };
  const lost = {
    ...aScenario(),
    subjects: () => {
      throw new Error("403 for pods in payments");
    },
  };
  it("leave one unknown finding, and no cause", () => {
    const { value } = diagnose(lost, anIncident(), 1, given, new Map());
    expect(value).toMatchObject({
      cause: undefined,
      remedies: [],
      findings: [{ is: "unknown", says: "403 for pods in payments", check: "subjects" }],
    });
    expect(isHealthy(lost.chain, value)).toBe(false);
  });
});
