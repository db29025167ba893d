import { describe, expect, it } from "vitest";
import { planOf } from "../../../kernel/plan.ts";
import { progress } from "../../../kernel/progress.ts";
import type { Found, Reason, Remedy, Verdict } from "../../../kernel/types/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { byHand } from "../../../runbook/tickets/by-hand.ts";
import { diffOf } from "../../../runbook/tickets/diff.ts";
import { foundFaulty } from "../../support/guards.ts";
import { aNamespaceLabel, anEviction, aRestart, aStory, aTemplateLabel, sha } from "../../support/incidents.ts";

const cause = (change: Partial<Found<"faulty">> = {}): Found<"faulty"> => ({
  is: "faulty",
  says: "its pods lack the label",
  check: "svid.pod-label",
  subject: { on: "fleet" },
  evidence: [sha("e")],
  ...change,
});
const denied = (...reasons: readonly [guard: string, says: string][]): Verdict => ({
  verdict: "deny",
  reasons: reasons.map(([guard, says]): Reason => ({ guard, rule: "deny", says })) as [Reason],
  passed: [],
});
/** What a ticket says to do after this diagnosis, and this verdict on its remedy. */
function told(remedy: Remedy | undefined, verdict?: Verdict, of = cause()): string {
  const diagnosed = { type: "diagnosed", diagnosis: foundFaulty(remedy ? [remedy] : [], of), evidence: sha("e") } as const;
  const decided = remedy && verdict ? [{ type: "decided", at: "plan", remedy, plan: planOf(remedy), verdict } as const] : [];
  return byHand(progress(aStory([diagnosed, ...decided])), remedies, (text) => `‹${text}›`).join("\n");
}
const command = "kubectl patch deployment checkout --namespace payments";

describe("what a person may do by hand", () => {
  it("is the command, where no guard speaks against it", () => {
    const ask: Verdict = { verdict: "ask", reasons: [{ guard: "mode", rule: "ask", says: "needs a person's approval" }], passed: [] };
    for (const verdict of [undefined, { verdict: "allow", passed: ["mode"] } as const, ask]) {
      const text = told(aTemplateLabel(), verdict);
      expect(text).toMatch(/^- ‹its pods lack the label›:/);
      expect(text).toContain(command);
      expect(text).not.toContain("refused");
    }
  });

  it("is a command that a guard refused only with every refusal beside it, and above it", () => {
    const text = told(aRestart(), denied(["fargate", "x would not start"], ["protected-namespaces", "payments is protected"]));
    expect(text).toContain("only once each of these is settled, for the guards refused it");
    const refusals = ["  - ‹fargate›: ‹x would not start›", "  - ‹protected-namespaces›: ‹payments is protected›"];
    for (const refusal of refusals) expect(text.indexOf(refusal)).toBeGreaterThan(0);
    expect(text.indexOf("kubectl rollout restart")).toBeGreaterThan(text.indexOf(refusals[1] ?? ""));
    expect(text).not.toContain("+++");
  });

  it.each([
    [aTemplateLabel(), "Deployment payments/checkout", ["spec:", "  template:", "    metadata:", "      labels:"]],
    [aNamespaceLabel(), "Namespace payments", ["metadata:", "  labels:"]],
  ] as const)(
    "is the change where it is written down, as a diff, where GitOps or Helm would take it back: $kind",
    (remedy, title, place) => {
      const text = told(remedy, denied(["ownership", "belongs to Argo CD (label x): make the change there"]));
      expect(text).toContain("Where it is written down, the change would be:");
      expect(text).toContain(`\n  +++ ${title}\n`);
      for (const line of place) expect(text).toContain(`\n   ${line}\n`);
      expect(text).toContain(`\n  +${"  ".repeat(place.length)}k8s.spirl.com/spiffe-csi: "enabled"\n`);
      expect(text.indexOf("+++")).toBeLessThan(text.indexOf("the guards refused it"));
    },
  );

  it("is to be copied as it is, in a fence that nothing in it can end", () => {
    expect(told(anEviction())).toMatch(/\n {2}```\n {2}echo '\{.*\}' \| kubectl create --raw .* -f -\n {2}```\n/);
    const hostile = { ...aNamespaceLabel(), target: { ...aNamespaceLabel().target, name: "a\n```\n# b" } };
    const text = told(hostile);
    expect(text).toContain("  ‹kubectl label namespace 'a\n```\n# b' k8s.spirl.com/spiffe-csi=enabled›");
    expect(text).not.toMatch(/^ {2}```/m);
  });

  it("is the step that the cause names, and the servers' own runbook where they are concerned", () => {
    const of = cause({ manual: "finish the rollout", see: "server-connectivity" });
    expect(told(undefined, undefined, of)).toBe("- ‹finish the rollout›\n- run the Server Runbook in parallel");
    expect(told(undefined)).toBe("");
  });
});

describe("a change as a diff", () => {
  it("has both sides of a label that is changed, and of one that is removed", () => {
    const changed = { ...aNamespaceLabel(), set: { key: "a", from: "x", to: "y" } };
    expect(diffOf(changed)).toEqual([
      "--- Namespace payments",
      "+++ Namespace payments",
      " metadata:",
      "   labels:",
      '-    a: "x"',
      '+    a: "y"',
    ]);
    expect(diffOf({ ...aNamespaceLabel(), set: { key: "a", from: "x", to: null } }).slice(4)).toEqual(['-    a: "x"']);
  });
  it("is none where nothing is written down", () => {
    for (const remedy of [aRestart(), anEviction()]) expect(diffOf(remedy)).toEqual([]);
  });
});
