import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planOf } from "../../../../kernel/plan.ts";
import type { Entry, LedgerRecord } from "../../../../kernel/types/index.ts";
import { summaryOf } from "../../../../lambdas/audit/summary.ts";
import { contracts } from "../../../../lib/functions.ts";
import { anyIncident, savedQueries, textOf } from "../../../../lib/observability/queries.ts";
import { aRestart, aStory, at, sha } from "../../../support/incidents.ts";
import { deployed, ofType, text } from "../deployed.ts";

const template = deployed();
const saved = ofType(template, "AWS::Logs::QueryDefinition").map(([, { Properties }]) => Properties);

describe("the saved queries", () => {
  test("are in a folder of the stack's name, and over the logs that they are about", () => {
    expect(saved.map(({ Name }) => Name)).toEqual(savedQueries.map(({ name }) => `remediator/${name}`));
    for (const [index, { of }] of savedQueries.entries()) {
      const logs = ((saved[index]?.LogGroupNames ?? []) as readonly unknown[]).map(text);
      expect(logs).toHaveLength(of === "functions" ? Object.keys(contracts).length : 1);
      if (of === "audit") expect(logs[0]).toMatch(/^\$\{AuditTrailLog/);
      if (of === "sweeper") expect(logs[0]).toMatch(/^\$\{FunctionsSweepLogs/);
    }
  });

  test("are left out where they are not wanted", () => {
    expect(ofType(deployed({ savedQueries: false }), "AWS::Logs::QueryDefinition")).toEqual([]);
  });

  test("answer what people ask after a night", () => {
    const asked = [
      "what-it-did",
      "why-it-was-denied",
      "who-approved-what",
      "one-incident",
      "writes-by-cluster",
      "rejected-alerts",
      "tickets",
    ];
    expect(savedQueries.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
  });

  test("stand in the docs, with what they answer", () => {
    const page = readFileSync("docs/how-to/review-an-incident.md", "utf8");
    for (const { name, answers } of savedQueries)
      expect(page).toMatch(new RegExp(`\\| \`${name}\` +\\| ${answers.replaceAll(/[?.`]/g, "\\$&")} +\\|`));
  });
});

describe("a query's fields", () => {
  const remedy = aRestart();
  const verdict = { verdict: "deny", reasons: [{ guard: "mode", rule: "deny", says: "no" }], passed: [] } as const;
  const cause = { is: "faulty", check: "c", says: "s", subject: { on: "fleet" }, evidence: [sha("e")] };
  const entries = [
    { type: "diagnosed", diagnosis: { round: 1, findings: [cause], cause, remedies: [] }, evidence: sha("e") },
    { type: "decided", at: "plan", remedy, plan: planOf(remedy), verdict },
    { type: "answered", plan: planOf(remedy), who: "alice", yes: true },
    { type: "outcome", intent: sha("i"), effect: "applied", says: "", lookAt: at(1) },
    { type: "looked", intent: sha("i"), findings: [cause], look: "good", evidence: sha("e") },
    { type: "concluded", intent: sha("i"), proof: "proved", says: "" },
    { type: "ticketed", ticket: "T-1", commentAt: at(1) },
    { type: "closed", result: "proved", says: "" },
  ] as unknown as readonly Entry[];
  /** Of the audit log's lines: those that all have, those of their type, and those of a seal and of a rejection. */
  const ofLines = [
    ...["level", "timestamp", "incident", "seq", "type", "by"],
    ...aStory(entries).flatMap((record: LedgerRecord) => Object.keys(summaryOf(record))),
    ...["address", "head", "records", "body", "index"],
  ];
  const ofLogs = ["level", "timestamp", "incident", "cluster", "find", "message", "error", "ms", "@log"];
  /** All words of a query that are neither texts nor words of its language. */
  const words = (query: string) =>
    query
      .replaceAll(/"[^"]*"/g, "")
      .replaceAll(/\bas \w+|\bsort \w+|\bbin\(\w+\)|\bcount\(\*\)/g, "")
      .split(/[^\w@]+/)
      .filter((word) => word !== "" && !/^(fields|filter|sort|stats|limit|by|asc|desc|in|and|or|ispresent|\d+)$/.test(word));

  test.each(savedQueries.map((query) => [query.name, query] as const))("of %s are fields that lines have", (_, query) => {
    const known = query.of === "audit" ? ofLines : ofLogs;
    expect(words(textOf(query)).filter((word) => !known.includes(word))).toEqual([]);
    expect(words(textOf(query)).length).toBeGreaterThan(1);
  });

  test("types that they filter by are types of records", () => {
    const types = savedQueries.flatMap((query) =>
      [...textOf(query).matchAll(/type (?:in \[(.*?)\]|= (".*?"))/g)].map((match) => match[1] ?? match[2] ?? ""),
    );
    const named = types.flatMap((list) => list.split(",").map((one) => one.trim().replaceAll('"', "")));
    const records: readonly LedgerRecord["type"][] = [
      ...(["opened", "joined", "resolved", "diagnosed", "decided", "asked", "answered", "preserved", "intent", "outcome"] as const),
      ...(["looked", "concluded", "faulted", "escalating", "ticketed", "commented", "folded", "closed"] as const),
    ];
    for (const type of named) expect([...records, "sealed", "rejected", "ignored"]).toContain(type);
  });

  test("the place for an incident's id is one that no id can be", () => expect(anyIncident).not.toMatch(/-g\d+$/));
});
