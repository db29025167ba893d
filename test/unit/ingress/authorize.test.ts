import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorize, maySpeakFor } from "../../../lambdas/authorize/handler.ts";
import { readTokens } from "../../../lambdas/authorize/tokens.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const rotating = { name: "eu", current: digest("new"), previous: digest("old"), clusters: ["eu-1", "eu-2"] };
const fixed = { name: "us", current: digest("fixed"), clusters: ["us-*"] };
const tokens = [rotating, fixed];
const bearer = (token: string) => authorize({ authorization: `Bearer ${token}` }, tokens);

describe("a bearer token", () => {
  it("says who sends, and for which clusters", () => {
    expect(bearer("new")).toEqual({ name: "eu", clusters: ["eu-1", "eu-2"] });
    expect(bearer("fixed")).toEqual({ name: "us", clusters: ["us-*"] });
  });

  it("is still good after the change to the next one", () => expect(bearer("old")).toEqual(bearer("new")));

  it.each([undefined, "", "Bearer", "Bearer ", "new", "Basic bmV3", "Bearer wrong", "Bearer new old", "Bearer Fixed"])(
    "lets nobody in as %j",
    (authorization) => expect(authorize({ authorization }, tokens)).toBeUndefined(),
  );

  it("may be announced in any case", () => expect(authorize({ authorization: "bearer  new" }, tokens)?.name).toBe("eu"));

  it("lets nobody in where it is empty, even if a list holds the digest of nothing", () =>
    expect(authorize({ authorization: "Bearer " }, [{ ...fixed, current: digest("") }])).toBeUndefined());

  it("lets nobody in without a list", () => expect(authorize({ authorization: "Bearer new" }, [])).toBeUndefined());

  it("opens to the very text only, and never to a digest", () => {
    const known = new Map([
      ["new", "eu"],
      ["old", "eu"],
      ["fixed", "us"],
    ]);
    const near = fc
      .tuple(fc.string({ maxLength: 2 }), fc.constantFrom(...known.keys()), fc.string({ maxLength: 2 }))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        expect(bearer(text)?.name).toBe(known.get(text.trim()));
      }),
    );
    expect(bearer(fixed.current)).toBeUndefined();
  });
});

describe("the clusters of a token", () => {
  it("are exact names, or beginnings", () => {
    expect(["eu-1", "eu-2", "eu-10", "us-1"].map((name) => maySpeakFor(rotating, name))).toEqual([true, true, false, false]);
    expect(["us-1", "us-", "u", "eu-1"].map((name) => maySpeakFor(fixed, name))).toEqual([true, true, false, false]);
    expect(maySpeakFor({ name: "all", clusters: ["*"] }, "anything")).toBe(true);
  });
});

describe("the list of tokens", () => {
  it("is read as it is", () => expect(readTokens(JSON.stringify(tokens))).toEqual(tokens));
  it("may be empty, and lets nobody in then", () => expect(readTokens("[]")).toEqual([]));
  it("may name a token that was not changed yet as its own predecessor", () =>
    expect(readTokens(JSON.stringify([{ ...fixed, previous: fixed.current }]))).toHaveLength(1));

  it.each([
    "",
    "not json",
    "{}",
    "[3]",
    JSON.stringify([{ ...fixed, current: "the token itself" }]),
    JSON.stringify([{ ...fixed, current: fixed.current.toUpperCase() }]),
    JSON.stringify([{ ...fixed, clusters: [] }]),
    JSON.stringify([{ ...fixed, clusters: ["a*b"] }]),
    JSON.stringify([{ ...fixed, clusters: ["a,b"] }]),
    JSON.stringify([{ ...fixed, name: "a b" }]),
    JSON.stringify([{ ...fixed, expires: 1 }]),
    JSON.stringify([fixed, { ...rotating, previous: fixed.current }]),
  ])("cannot be used as %j, and is not shown", (text) => {
    expect(() => readTokens(text)).toThrow(/^the list of tokens cannot be used/);
    expect(() => readTokens(text)).not.toThrow("the token itself");
  });
});
