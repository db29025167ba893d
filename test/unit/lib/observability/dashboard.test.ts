import { describe, expect, test } from "vitest";
import { type Metric, metrics } from "../../../../kernel/types/index.ts";
import { contracts } from "../../../../lib/functions.ts";
import { deployed, ofType, only, text } from "../deployed.ts";

interface Widget {
  readonly type: "metric" | "text" | "log" | "alarm";
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly query?: string;
  };
}
const template = deployed();
const { DashboardBody } = only(template, "AWS::CloudWatch::Dashboard").Properties;
const widgets = (JSON.parse(text(DashboardBody)) as { widgets: readonly Widget[] }).widgets;
const series = widgets.flatMap(({ properties }) => properties.metrics ?? []);
/** `SEARCH('{Remediator,stack,...} MetricName="X" stack="remediator"', ...)` */
const searches = series.flatMap(([first]) => {
  const found = /SEARCH\('\{Remediator,([\w,]+)\} MetricName="(\w+)" stack="remediator"', '(\w+)', \d+\)/.exec(
    JSON.stringify(first).replaceAll("\\", ""),
  );
  return found ? [{ dimensions: (found[1] ?? "").split(","), metric: found[2] as Metric }] : [];
});
const shown = new Set([
  ...searches.map(({ metric }) => metric),
  ...series.flatMap(([of, metric]) => (of === "Remediator" ? [String(metric)] : [])),
]);

describe("the dashboard", () => {
  test("shows everything that the system counts of itself, but what only an alarm is for", () => {
    const others: readonly Metric[] = ["Sweeps", "BrokenChains", "Tickets", "TimeToEnd"];
    expect([...shown].sort()).toEqual((Object.keys(metrics) as Metric[]).filter((name) => !others.includes(name)).sort());
  });

  test("searches by what a metric is told apart by", () => {
    expect(searches.length).toBeGreaterThan(4);
    for (const { metric, dimensions } of searches) expect(metrics[metric].by).toContainEqual(dimensions.slice(1));
  });

  test("has the errors of each function, the executions, and the way in", () => {
    const names = series.map((one) => one.slice(0, 2).join(" "));
    expect(names.filter((name) => name === "AWS/Lambda Errors")).toHaveLength(Object.keys(contracts).length);
    expect(names).toEqual(expect.arrayContaining(["AWS/States ExecutionsFailed", "AWS/ApiGateway 5xx"]));
  });

  test("shows the state of every alarm, and what was done last", () => {
    const alarms = widgets.find(({ type }) => type === "alarm")?.properties.alarms ?? [];
    expect(alarms).toHaveLength(ofType(template, "AWS::CloudWatch::Alarm").length);
    expect(widgets.find(({ type }) => type === "log")?.properties.query).toContain('type in ["opened"');
  });
});
