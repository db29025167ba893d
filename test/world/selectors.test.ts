import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFieldSelector } from "../../local/world/kubernetes/field-selector.ts";
import { kinds } from "../../local/world/kubernetes/kinds.ts";
import { parseLabelSelector, selects } from "../../local/world/kubernetes/label-selector.ts";
import type { AnyObject, Requirement } from "../../local/world/kubernetes/objects.ts";

const word = fc.constantFrom("app", "tier", "web", "db", "k8s.spirl.com/x");
const value = fc.constantFrom("web", "db", "enabled", "a.b-c_d");
const labels = fc.dictionary(word, value, { maxKeys: 4 });
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ key: word, operator: fc.constantFrom("In", "NotIn"), values: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ key: word, operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
const written = ({ key, operator, values = [] }: Requirement): string =>
  ({ In: `${key} in (${values})`, NotIn: `${key} notin (${values})`, Exists: key, DoesNotExist: `!${key}` })[operator] ?? "";

describe("label selectors", () => {
  it("mean the same in a query as in an object", () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), labels, (all, on) => {
        expect(parseLabelSelector(all.map(written).join(","))(on)).toBe(selects({ matchExpressions: all }, on));
      }),
    );
  });

  it("are opposites, In and NotIn, Exists and DoesNotExist, also where the key is missing", () => {
    fc.assert(
      fc.property(word, value, labels, (key, one, on) => {
        expect(parseLabelSelector(`${key}=${one}`)(on)).toBe(!parseLabelSelector(`${key}!=${one}`)(on));
        expect(parseLabelSelector(`${key}==${one}`)(on)).toBe(on[key] === one);
        expect(parseLabelSelector(key)(on)).toBe(!parseLabelSelector(`!${key}`)(on));
      }),
    );
  });

  it.each([
    ["a===b", "unable to parse requirement: found '=', expected: identifier"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    [",", "found ',', expected: !, identifier, or 'end of string'"],
    ["a,,b", "found ',', expected: identifier after ','"],
  ])("refuse %s in the API server's words", (text, says) => {
    expect(() => parseLabelSelector(text)).toThrow(says);
  });

  it("match everything when they are empty", () => {
    expect([selects({}, { a: "b" }), selects({}), parseLabelSelector("")({ a: "b" })]).toEqual([true, true, true]);
  });
});

describe("field selectors", () => {
  const pod = { kind: "Pod", metadata: { name: "web-1" }, spec: { nodeName: "node-1" }, status: { phase: "Running" } } as AnyObject;
  const matches = (text: string) => parseFieldSelector(text, kinds.Pod)(pod);

  it("compare whole values", () => {
    expect(matches("spec.nodeName=node-1,status.phase!=Pending")).toBe(true);
    expect([matches("spec.nodeName=node-10"), matches("spec.nodeName=node"), matches("spec.nodeName=")]).toEqual([false, false, false]);
  });

  it("refuse fields that the API server does not select by", () => {
    expect(() => matches("spec.foo=1")).toThrow("field label not supported: spec.foo");
    expect(() => parseFieldSelector("spec.x=1", kinds.Deployment)).toThrow('only "metadata.name", "metadata.namespace"');
  });
});
