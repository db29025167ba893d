import { describe, expect, test } from "vitest";
import type { Patrolled } from "../../../lambdas/patrol/handler.ts";
import { patrolMetrics } from "../../../local/patrol/metrics.ts";
import type { Find } from "../../../runbook/patrol.ts";
import { at, t0 } from "../../support/incidents.ts";

const cart: Find = { namespace: "payments", kind: "Deployment", name: "cart", pods: 3 };
const look = (finds: readonly Find[], when = t0): Patrolled => ({ did: "look", at: when, finds, told: 0 });
const samples = (page: string) => page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("the page that Prometheus scrapes", () => {
  test("is empty until the patrol has seen the cluster", () => {
    const metrics = patrolMetrics("prod");
    metrics.note({ did: "blind", at: t0, reason: "the role lacks list" });
    expect(metrics.page()).toBe("");
  });

  test("has a gauge for each find, with its pods, and the time of the round in seconds", () => {
    const metrics = patrolMetrics("prod");
    metrics.note(look([cart, { ...cart, kind: "StatefulSet", name: "db", pods: 1 }]));
    expect(samples(metrics.page())).toEqual([
      'remediator_workload_not_injected{cluster="prod",namespace="payments",workload_kind="Deployment",workload="cart"} 3',
      'remediator_workload_not_injected{cluster="prod",namespace="payments",workload_kind="StatefulSet",workload="db"} 1',
      'remediator_patrol_last_success_timestamp_seconds{cluster="prod"} 1795143600',
    ]);
    expect(metrics.page()).toMatch(/^# HELP remediator_workload_not_injected .+\n# TYPE remediator_workload_not_injected gauge\n/);
    expect(metrics.page().endsWith("\n")).toBe(true);
  });

  test("forgets what the next round does not find, and keeps all while rounds are blind", () => {
    const metrics = patrolMetrics("prod");
    metrics.note(look([cart]));
    metrics.note({ did: "blind", at: at(300), reason: "no answer" });
    expect(samples(metrics.page())).toHaveLength(2);
    expect(samples(metrics.page()).at(-1)).toMatch(/ 1795143600$/);
    metrics.note(look([], at(600)));
    expect(samples(metrics.page())).toEqual(['remediator_patrol_last_success_timestamp_seconds{cluster="prod"} 1795144200']);
  });

  test("escapes what would end a label's value", () => {
    const metrics = patrolMetrics('a"b\\c\nd');
    metrics.note(look([]));
    expect(samples(metrics.page())).toEqual(['remediator_patrol_last_success_timestamp_seconds{cluster="a\\"b\\\\c\\nd"} 1795143600']);
  });
});
