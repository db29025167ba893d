import { describe, expect, it } from "vitest";
import { planOf } from "../../../kernel/plan.ts";
import type { Diagnosis, Entry, Finding, LedgerRecord, Some } from "../../../kernel/types/index.ts";
import { lineOf } from "../../../lambdas/audit/line.ts";
import { summaryOf } from "../../../lambdas/audit/summary.ts";
import { aNamespaceLabel, anAlert, aRestart, aStory, at, sha } from "../../support/incidents.ts";

const restart = aRestart();
const plan = planOf(restart);
const finding = (check: string, says = "it is not there"): Finding =>
  ({ is: "faulty", check, says, subject: { on: "fleet" }, evidence: [sha("e")] }) as Finding;
const diagnosed = (...findings: readonly [Finding, ...Finding[]]): Entry => ({
  type: "diagnosed",
  diagnosis: { round: 1, findings, cause: findings[0], remedies: [] } as Diagnosis,
  evidence: sha("evidence"),
});
/** One of each type, with all that a query asks of it. */
const each: readonly (readonly [Entry, object])[] = [
  [{ type: "joined", alerts: [anAlert(), anAlert()] }, { alerts: 2 }],
  [{ type: "resolved", alerts: [anAlert()] }, { alerts: 1 }],
  [diagnosed(finding("svid-exists")), { round: 1, check: "svid-exists", says: "it is not there" }],
  [
    {
      ...{ type: "decided", at: "write", remedy: restart, plan },
      verdict: {
        verdict: "deny",
        reasons: [
          { guard: "budget", rule: "deny", says: "6 of 6" },
          { guard: "mode", rule: "ask", says: "a person" },
        ],
        passed: [],
      },
    },
    {
      ...{ at: "write", kind: "rollout-restart", cluster: "prod", target: "Deployment payments/checkout", plan, undo: false },
      ...{ verdict: "deny", guards: "budget, mode", says: "budget: 6 of 6; mode: a person" },
    },
  ],
  [
    { type: "asked", plan, until: at(9) },
    { plan, until: at(9) },
  ],
  [
    { type: "answered", plan, who: "arn:aws:sts::1:alice", yes: true },
    { plan, who: "arn:aws:sts::1:alice", yes: true },
  ],
  [
    { type: "preserved", plan, archive: sha("a"), missing: ["logs"] },
    { plan, missing: 1 },
  ],
  [
    { type: "intent", remedy: aNamespaceLabel(), plan, undoes: sha("i"), fence: 1, writeBefore: at(20) },
    { kind: "label-namespace", cluster: "prod", target: "Namespace payments", plan, undo: true },
  ],
  [
    { type: "outcome", intent: sha("i"), effect: "applied", says: "done", lookAt: at(9) },
    { effect: "applied", says: "done" },
  ],
  [{ type: "looked", intent: sha("i"), findings: [finding("x")], look: "bad", evidence: sha("e") }, { look: "bad" }],
  [
    { type: "concluded", intent: sha("i"), proof: "failed", says: "no" },
    { proof: "failed", says: "no" },
  ],
  [
    { type: "faulted", state: "Diagnose", error: "Lambda.Unknown: " },
    { state: "Diagnose", says: "Lambda.Unknown: " },
  ],
  [
    { type: "escalating", result: "escalated", why: "it failed" },
    { result: "escalated", says: "it failed" },
  ],
  [{ type: "ticketed", ticket: "T-1", commentAt: at(9) }, { ticket: "T-1" }],
  [{ type: "commented", ticket: "T-1", archive: sha("a") }, { ticket: "T-1" }],
  [{ type: "folded", into: "prod-svids-cluster-1-g1" as never }, { into: "prod-svids-cluster-1-g1" }],
  [
    { type: "closed", result: "proved", says: "it has its identity" },
    { result: "proved", says: "it has its identity" },
  ],
];
const recorded = (entry: Entry): LedgerRecord => aStory([entry])[1] as LedgerRecord;
const line = (record: LedgerRecord) => JSON.parse(lineOf({ is: "record", record }));

describe("a line", () => {
  it("of an opening says what it is about", () => {
    const scope = "Deployment payments/checkout";
    expect(summaryOf(aStory([])[0])).toEqual({ cluster: "prod", scenario: "workloads-not-receiving-svids", scope, alerts: 1 });
  });

  it.each(each)("of %j says what people ask for beside the record", (entry, summary) => {
    const record = recorded(entry);
    expect(summaryOf(record)).toEqual(summary);
    const { incidentId: incident, seq, type, written: timestamp, by } = record;
    expect(line(record)).toEqual({ level: "info", timestamp, incident, seq, type, by, ...summary, audit: record });
  });

  it("has what queries ask for among its first fields, however much is on record: CloudWatch finds 200", () => {
    const many = Array.from({ length: 60 }, (_, index) => finding(`check-${index}`)) as unknown as Some<Finding>;
    const names = Object.keys(line(recorded(diagnosed(...many))));
    expect(names.at(-1)).toBe("audit");
    expect(names.length).toBeLessThan(20);
  });

  it("says the beginning of a long text beside the record, and all of it in the record", () => {
    const record = recorded(diagnosed(finding("svid-exists", "ü".repeat(300_000))));
    const { says, audit } = line(record);
    expect(says).toBe(`${"ü".repeat(2000)}…`);
    expect(audit).toEqual(record);
  });

  it("is one line, whatever the text in it", () => {
    const text = lineOf({ is: "record", record: recorded({ type: "faulted", state: "x", error: "a\nb\u2028c\r" }) });
    expect(text).not.toMatch(/[\n\r]/);
  });
});
