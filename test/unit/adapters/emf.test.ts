import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MetricLine, metricLines } from "../../../adapters/cloudwatch/emf.ts";
import { milliseconds } from "../../../kernel/time.ts";
import { type Measure, type Metric, metrics } from "../../../kernel/types/index.ts";
import { at } from "../../support/incidents.ts";

/** Units that CloudWatch knows, of those that we use. */
const units = ["Count", "Milliseconds", "Percent"];

/** All that the specification asks of a line, as far as it concerns us. Written from it, not from the code. */
function problems(text: string): readonly string[] {
  const line = JSON.parse(text) as MetricLine;
  const wrong: string[] = [];
  const must = (holds: boolean, says: string) => void (holds || wrong.push(says));
  must(!text.includes("\n") && Buffer.byteLength(text) < 256 * 1024, "one event below 256 KiB");
  must(Number.isInteger(line._aws.Timestamp), "Timestamp: whole milliseconds");
  must(line._aws.CloudWatchMetrics.length > 0, "there are directives");
  for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
    must(Namespace.length > 0 && Namespace.length <= 1024, "Namespace");
    must(Dimensions.length > 0, "Dimensions: at least one set");
    for (const set of Dimensions) {
      must(set.length > 0 && set.length <= 30 && new Set(set).size === set.length, "a set of dimensions: 1 to 30, each once");
      for (const name of set) {
        const value = line[name];
        must(typeof value === "string" && /\S/.test(value) && value.length <= 1024, `the dimension ${name} is text at the root`);
        must(typeof value === "string" && /^[\x20-\x7e]*$/.test(value), `the dimension ${name} is ASCII`);
      }
    }
    must(Metrics.length > 0 && Metrics.length <= 100, "Metrics: 1 to 100");
    for (const { Name, Unit } of Metrics) {
      must(typeof line[Name] === "number" && Number.isFinite(line[Name]), `${Name} is a number at the root`);
      must(units.includes(Unit), `${Name} has a unit`);
    }
  }
  return wrong;
}

const from = { stack: "remediator", at: at(5) };
const measures = fc
  .uniqueArray(
    fc.record({
      metric: fc.constantFrom(...(Object.keys(metrics) as Metric[])),
      value: fc.nat(),
      name: fc.constantFrom("prod", "stage-1", "proved", "budget"),
    }),
    { selector: ({ metric, name }) => `${metric} ${name}`, minLength: 1, maxLength: 30 },
  )
  .map((all) =>
    all.map(({ metric, value, name }) => {
      const of = Object.fromEntries(metrics[metric].by.flat().map((dimension) => [dimension, name]));
      return { metric, value, of } as unknown as Measure;
    }),
  )
  // Without dimensions a metric stands once.
  .map((all) =>
    all.filter(
      (one, index) => all.findIndex((other) => JSON.stringify([other.metric, other.of]) === JSON.stringify([one.metric, one.of])) === index,
    ),
  );

describe("a line of metrics", () => {
  it("is what the specification asks for", () => {
    fc.assert(
      fc.property(measures, (all) => {
        for (const line of metricLines(all, from)) expect(problems(JSON.stringify(line))).toEqual([]);
      }),
    );
  });

  it("loses no value, and gives each its dimensions", () => {
    fc.assert(
      fc.property(measures, (all) => {
        const read = metricLines(all, from).flatMap((line) =>
          line._aws.CloudWatchMetrics.flatMap(({ Metrics, Dimensions }) =>
            Metrics.map(({ Name }) => {
              const of = Object.fromEntries(
                [...new Set(Dimensions.flat())].filter((name) => name !== "stack").map((name) => [name, line[name]]),
              );
              return JSON.stringify([Name, line[Name], Object.entries(of).sort()]);
            }),
          ),
        );
        expect(read.sort()).toEqual(all.map(({ metric, value, of }) => JSON.stringify([metric, value, Object.entries(of).sort()])).sort());
      }),
    );
  });

  it("is of its stack, as of when it was so, and says whose it is", () => {
    const [line] = metricLines([{ metric: "TimeToEnd", value: 7, of: { cluster: "prod" } }], { ...from, more: { incident: "i-1" } });
    expect(line).toEqual({
      _aws: {
        Timestamp: milliseconds(at(5)),
        CloudWatchMetrics: [
          {
            Namespace: "Remediator",
            Dimensions: [["stack"], ["stack", "cluster"]],
            Metrics: [{ Name: "TimeToEnd", Unit: "Milliseconds" }],
          },
        ],
      },
      ...{ incident: "i-1", stack: "remediator", cluster: "prod", TimeToEnd: 7 },
    });
  });
});
