import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, digest } from "../../../kernel/digest.ts";
import { verify } from "../../../kernel/story.ts";
import type { Entry, LedgerRecord } from "../../../kernel/types/index.ts";
import { aStory } from "../../support/incidents.ts";

const fault = (error: string): Entry => ({ type: "faulted", state: "Diagnose", error });
const story = (...errors: string[]) => aStory(errors.map(fault));

describe("a story", () => {
  it("is whole as it was sealed", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 12 }), (errors) => {
        expect(verify(story(...errors))).toEqual({ whole: true });
      }),
    );
  });
  it("says where it was changed, whichever field of whichever record it was", () => {
    const whole = story("a", "b", "c");
    const fields = ["seq", "prev", "hash", "written", "by", "nonce", "incidentId", "error"] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...fields), (index, field) => {
        const changed = whole.map((record, i) =>
          i === index ? { ...record, [field]: field === "seq" ? 99 : "0".repeat(64) } : record,
        ) as LedgerRecord[];
        const said = verify(changed);
        expect(said.whole).toBe(false);
        if (!said.whole) expect([index + 1, index + 2]).toContain(said.seq);
      }),
    );
  });
  it("misses a record that was taken out, and notices two that changed places", () => {
    const [a, b, c, d] = story("a", "b", "c") as unknown as [LedgerRecord, LedgerRecord, LedgerRecord, LedgerRecord];
    expect(verify([a, c, d])).toMatchObject({ whole: false, seq: 2 });
    expect(verify([a, c, b, d])).toMatchObject({ whole: false, seq: 2 });
  });
});

describe("canonical JSON", () => {
  it("gives equal values one text, in whatever order their keys came", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonical(turned)).toBe(canonical(value));
        expect(digest(JSON.parse(canonical(value)))).toBe(digest(value));
      }),
    );
  });
  it("gives different values different digests", () => expect(digest({ a: 1 })).not.toBe(digest({ a: "1" })));
});
