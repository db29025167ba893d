import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod/mini";
import { scenarioIds } from "../../../kernel/types/index.ts";
import { place } from "../../../lambdas/ingest/place.ts";
import { scopes } from "../../../lambdas/ingest/scope.ts";
import { labelsOf } from "../../../lambdas/patrol/report.ts";
import { aPolicy } from "../../support/incidents.ts";

const root = join(import.meta.dirname, "../../..");
const text = z.string();
const ruleFile = z.object({
  groups: z.array(
    z.object({
      name: text,
      rules: z.array(
        z.strictObject({
          alert: text,
          expr: text,
          for: z.optional(text),
          labels: z.record(text, text),
          annotations: z.strictObject({ summary: text, description: text, runbook_url: text }),
        }),
      ),
    }),
  ),
});
const testFile = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: text, exp_alerts: z.array(z.object({ exp_labels: z.record(text, text) })) })),
    }),
  ),
});
const read = <T>(schema: z.core.$ZodType<T>, file: string): T => z.parse(schema, parse(readFileSync(join(root, file), "utf8")));

const files = globSync("ops/alerts/*.yaml", { cwd: root }).sort();
const alerts = files.flatMap((file) => read(ruleFile, file).groups.flatMap(({ rules }) => rules.map((rule) => ({ file, ...rule }))));
const tried = globSync("ops/alerts/tests/*.yaml", { cwd: root })
  .flatMap((file) => read(testFile, file).tests)
  .flatMap((one) => one.alert_rule_test);
/** What fires, as promtool has seen it: each alert's labels as the ingress gets them, with the external label where there is none. */
const fired = tried.flatMap(({ alertname, exp_alerts }) =>
  exp_alerts.map(({ exp_labels }) => ({ cluster: "prod", ...exp_labels, alertname })),
);
const spirl = alerts.filter(({ alert }) => alert.startsWith("Spirl"));

describe("each alert", () => {
  test("has a name of its own, Spirl's or ours", () => {
    expect(alerts.length).toBeGreaterThan(25);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.filter(({ alert }) => !/^(Spirl|Remediator)[A-Z]/.test(alert))).toEqual([]);
  });

  test.each(alerts.map((each) => [each.alert, each] as const))("%s leads to its paragraph", (alert, { annotations }) => {
    const [file = "", anchor] = annotations.runbook_url.split("#");
    expect(existsSync(join(root, file))).toBe(true);
    expect(anchor).toBe(alert.toLowerCase());
    expect(readFileSync(join(root, file), "utf8")).toMatch(new RegExp(`^### ${alert}$`, "m"));
  });

  test.each(alerts.map(({ alert }) => alert))("%s is seen to fire and to stay quiet by promtool", (alert) => {
    const own = tried.filter(({ alertname }) => alertname === alert);
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });

  test("holds no value in a label, for then it would be another alert with each value", () => {
    expect(alerts.filter(({ labels }) => Object.values(labels).some((value) => value.includes("{{")))).toEqual([]);
  });
});

describe("an alert about agents and workloads", () => {
  test.each(spirl.map((each) => [each.alert, each] as const))(
    "%s names scenario, severity and scope, and its file is the scenario's",
    (_alert, { labels, file }) => {
      expect(scenarioIds).toContain(labels.scenario);
      expect(file).toBe(`ops/alerts/${labels.scenario}.yaml`);
      expect(["warning", "critical"]).toContain(labels.severity);
      expect(scopes).toContain(labels.scope);
    },
  );

  test("there is one for each scenario", () => {
    expect(new Set(spirl.map(({ labels }) => labels.scenario))).toEqual(new Set(scenarioIds));
  });

  const of = { owner: ["owner"], agent: ["owner"], node: ["node"], cluster: ["cluster"], host: ["host"], namespace: ["namespace"] };
  test.each(fired.filter(({ alertname }) => alertname.startsWith("Spirl")).map((labels) => [labels.alertname, labels] as const))(
    "%s is placed where its scope says, and nowhere wider",
    (_alert, labels: Readonly<Record<string, string>>) => {
      const placed = place({ from: "alertmanager", labels }, aPolicy());
      if (placed.did !== "place") throw new Error(JSON.stringify(placed));
      expect(placed.key.scenario).toBe(labels.scenario);
      expect(of[labels.scope as keyof typeof of]).toContain(placed.key.scope.of);
      expect(placed.key.scope.of === "owner" ? placed.key.scope.name : "").toBe(
        placed.key.scope.of === "owner" ? (labels.workload ?? labels.pod) : "",
      );
    },
  );
});

test("an alert about ourselves never opens an incident", () => {
  const own = fired.filter(({ alertname }) => alertname.startsWith("Remediator"));
  expect(own.length).toBeGreaterThan(0);
  for (const labels of own) expect(place({ from: "alertmanager", labels }, aPolicy()).did).toBe("ignore");
});

test("a find of the patrol carries exactly the labels of our rule", () => {
  const labels = labelsOf("a", { namespace: "payments", kind: "StatefulSet", name: "ledger", pods: 1 });
  expect(fired).toContainEqual(labels);
});
