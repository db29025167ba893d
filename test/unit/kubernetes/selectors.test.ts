import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import {
  everything,
  holds,
  type LabelSelector,
  labelSelector,
  matches,
  type Requirement,
  requirements,
  selectorText,
  unmet,
} from "../../../runbook/kubernetes/selectors.ts";

/** Few keys, so that they meet; among them those that every JavaScript object seems to have. */
const key = fc.constantFrom("app", "team", "constructor", "toString", "k8s.spirl.com/spiffe-csi");
const value = fc.constantFrom("", "a", "b", "enabled");
const labels = fc.array(fc.tuple(key, value), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const), values: fc.constant([]) }),
);
const selector: fc.Arbitrary<LabelSelector> = fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 3 }) });

/** The same once more, from the API's documentation and by lists instead of objects. */
function documented({ matchLabels, matchExpressions }: LabelSelector, of: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(of);
  const valuesOf = (name: string) => pairs.filter(([k]) => k === name).map(([, v]) => v);
  const expression = ({ key: name, operator, values }: Requirement) => {
    const there = valuesOf(name);
    if (operator === "In") return there.some((each) => values.includes(each));
    if (operator === "NotIn") return !there.some((each) => values.includes(each));
    return (operator === "Exists") === there.length > 0;
  };
  return Object.entries(matchLabels).every(([name, wanted]) => valuesOf(name).includes(wanted)) && matchExpressions.every(expression);
}

describe("label selectors", () => {
  test("match as the API's documentation says", () => {
    fc.assert(
      fc.property(selector, labels, (s, l) => {
        expect(matches(s, l)).toBe(documented(s, l));
      }),
    );
  });

  test("an empty one matches everything, an absent one nothing", () => {
    fc.assert(
      fc.property(labels, (l) => {
        expect([matches(everything, l), matches(undefined, l)]).toEqual([true, false]);
      }),
    );
  });

  test("NotIn is the contrary of In, and DoesNotExist of Exists, also for what lacks the key", () => {
    fc.assert(
      fc.property(key, fc.uniqueArray(value, { minLength: 1 }), labels, (k, values, l) => {
        expect(holds({ key: k, operator: "NotIn", values }, l)).toBe(!holds({ key: k, operator: "In", values }, l));
        expect(holds({ key: k, operator: "DoesNotExist", values: [] }, l)).toBe(!holds({ key: k, operator: "Exists", values: [] }, l));
      }),
    );
  });

  test("all requirements are needed, and what is unmet is just those that do not hold", () => {
    fc.assert(
      fc.property(selector, selector, labels, (a, b, l) => {
        const both = { matchLabels: {}, matchExpressions: [...requirements(a), ...requirements(b)] };
        expect(matches(both, l)).toBe(matches(a, l) && matches(b, l));
        expect(unmet(a, l).some((each) => holds(each, l))).toBe(false);
      }),
    );
  });

  test("`constructor` is a label like any other", () => {
    expect(holds({ key: "constructor", operator: "Exists", values: [] }, {})).toBe(false);
    expect(holds({ key: "toString", operator: "DoesNotExist", values: [] }, { app: "a" })).toBe(true);
  });

  test("are written as kubectl writes them", () => {
    const expressions: Requirement[] = [
      { key: "a", operator: "In", values: ["x", "y"] },
      { key: "b", operator: "NotIn", values: ["x", "y"] },
      { key: "c", operator: "NotIn", values: ["x"] },
      { key: "d", operator: "Exists", values: [] },
      { key: "e", operator: "DoesNotExist", values: [] },
    ];
    expect(selectorText({ matchLabels: { app: "web" }, matchExpressions: expressions })).toBe("app=web,a in (x,y),b notin (x,y),c!=x,d,!e");
  });

  test("are read as the API server writes them; an operator that nobody knows is not read at all", () => {
    const read = reader(labelSelector);
    expect(read({})).toEqual(everything);
    expect(read({ matchExpressions: [{ key: "a", operator: "Exists" }] })).toEqual({
      matchLabels: {},
      matchExpressions: [{ key: "a", operator: "Exists", values: [] }],
    });
    expect(() => read({ matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] })).toThrow("matchExpressions.0.operator");
  });
});
