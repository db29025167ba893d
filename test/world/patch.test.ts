import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../local/world/kubernetes/json.ts";
import { jsonPatch, mergePatch } from "../../local/world/kubernetes/patch.ts";

const maps = fc.letrec<{ map: Json; value: unknown }>((tie) => ({
  map: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.constant("text"), fc.array(fc.integer(), { maxLength: 2 }), tie("map")),
})).map;

describe("merge patches", () => {
  it("change nothing the second time", () => {
    fc.assert(
      fc.property(maps, maps, (document, patch) => {
        const once = mergePatch(document, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });
  it("take away what is null, and leave the rest", () => {
    expect(mergePatch({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: null, e: 4 } })).toEqual({ a: { c: 2, e: 4 }, d: 3 });
  });
  it("treat __proto__ as a key", () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
    expect(Object.keys(patched)).toEqual(["__proto__"]);
  });
});

describe("JSON patches", () => {
  const document = { metadata: { labels: { "a/b": "1", "c~d": "2" } }, list: [1, 2, 3] };

  it.each<[string, unknown[], unknown]>([
    [
      "add into a map",
      [{ op: "add", path: "/metadata/labels/a~1b", value: "9" }],
      { metadata: { labels: { "a/b": "9", "c~d": "2" } }, list: [1, 2, 3] },
    ],
    ["add to the end of a list", [{ op: "add", path: "/list/-", value: 4 }], { ...document, list: [1, 2, 3, 4] }],
    ["remove", [{ op: "remove", path: "/list/1" }], { ...document, list: [1, 3] }],
    [
      "replace",
      [{ op: "replace", path: "/metadata/labels/c~0d", value: "3" }],
      { ...document, metadata: { labels: { "a/b": "1", "c~d": "3" } } },
    ],
    ["move", [{ op: "move", from: "/list/0", path: "/list/2" }], { ...document, list: [2, 3, 1] }],
    ["a test that holds", [{ op: "test", path: "/list", value: [1, 2, 3] }], document],
  ])("%s", (_, operations, result) => {
    expect(jsonPatch(document, operations)).toEqual(result);
  });

  it.each([
    ["a test that does not hold", { op: "test", path: "/list/0", value: 2 }],
    ["a parent that is not there", { op: "add", path: "/nowhere/x", value: 1 }],
    ["something to replace that is not there", { op: "replace", path: "/metadata/x", value: 1 }],
    ["an unknown operation", { op: "merge", path: "/list" }],
  ])("are refused as a whole for %s", (_, operation) => {
    expect(() => jsonPatch(document, [{ op: "remove", path: "/list" }, operation])).toThrow("the server rejected our request");
    expect(document.list).toEqual([1, 2, 3]);
  });
});
