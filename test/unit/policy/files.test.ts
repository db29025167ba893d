import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { freezePolicy, thawPolicy } from "../../../adapters/policy/frozen.ts";
import { policyPage } from "../../../adapters/policy/page.ts";
import { loadPolicy, parsePolicy } from "../../../adapters/policy/parse.ts";
import { otherAccount } from "../../../adapters/policy/places.ts";
import { authentications } from "../../../kernel/types/index.ts";

const pathOf = (name: string) => new URL(`../../../${name}`, import.meta.url).pathname;
const shipped = loadPolicy(pathOf("adapters/policy/shipped.yaml"));
const practice = loadPolicy(pathOf("adapters/policy/practice.yaml"));

describe("the policy as shipped", () => {
  it("says what the defaults are, in full", () => expect(shipped).toEqual(parsePolicy("", { file: "" })));
  it("writes nothing", () => expect(shipped.mode).toEqual({ default: "observe", clusters: {}, scenarios: {}, remedies: {} }));

  it("is right in its comments too", () => {
    const text = readFileSync(pathOf("adapters/policy/shipped.yaml"), "utf8");
    const examples = text.replace(/^(\w+| {2}\w+): (\{\}|\[\])$/gm, "$1:").replace(/^( *)# {2}( *[\w-].*|- .*)$/gm, "$1$2");
    const policy = parsePolicy(examples, { file: "shipped.yaml" });
    expect(policy.mode.clusters).toEqual({ staging: "auto", production: "approve" });
    expect(policy.alerts).toHaveLength(1);
    expect(policy.expected).toHaveLength(2);
    expect(policy.approvers).toHaveLength(1);
    expect(policy.series).toEqual({ production: { cluster: "prod-eu-1" } });
    expect(policy.desk.email).toHaveLength(1);
  });
});

describe("the example", () => {
  const example = loadPolicy(pathOf("docs/examples/remediator.yaml"));
  it("has a cluster of each sort: at home and away, in a network and outside, of our own account and others'", () => {
    const sorts = Object.values(example.clusters).map((place) => [
      otherAccount(place, example.home) ? "other account" : "own account",
      place.region === example.home?.region ? "here" : "away",
      place.network ? "network" : "public",
    ]);
    for (const sort of ["other account", "own account", "here", "away", "network", "public"]) expect(sorts.flat()).toContain(sort);
    expect(Object.values(example.clusters).map(({ access }) => access.entries)).toEqual(expect.arrayContaining(["made", "given"]));
  });
  it("has every way to be let in, and a cluster without metrics", () => {
    const ways = Object.values(example.clusters).map(({ prometheus }) => prometheus?.auth.by);
    expect(new Set(ways)).toEqual(new Set([...authentications, undefined]));
  });
});

describe("the practice policy", () => {
  it("goes as far as the remedies may", () =>
    expect(practice.mode).toEqual({ default: "auto", clusters: {}, scenarios: {}, remedies: {} }));
  it("lets the practice namespace be labelled", () => expect(practice.expected).toEqual([{ cluster: "practice", namespace: "payments" }]));
  it("is over within minutes", () => expect(practice.limits.ageSeconds).toBeLessThanOrEqual(600));
  it("protects what the shipped one protects", () => expect(practice.protectedNamespaces).toEqual(shipped.protectedNamespaces));
});

describe("a frozen policy", () => {
  it("is the same when it is thawed", () => expect(thawPolicy(freezePolicy(practice))).toEqual(practice));
  it("is refused when it was changed on the way", () => {
    const changed = freezePolicy(shipped).replace('"observe"', '"auto"');
    expect(() => thawPolicy(changed)).toThrow("not the one that was checked");
  });
});

describe("the reference page", () => {
  it("is the one in docs: `node adapters/policy/document.ts` writes it", () =>
    expect(readFileSync(pathOf("docs/reference/policy.md"), "utf8")).toBe(policyPage()));
  it("has a row for every key", () => {
    const keys = Object.values(shipped).flatMap((section) =>
      typeof section === "object" && !Array.isArray(section) ? Object.keys(section) : [],
    );
    expect(keys.length).toBeGreaterThan(30);
    for (const key of keys) expect(policyPage()).toMatch(new RegExp(`^\\| \`${key}\` +\\|`, "m"));
  });
});
