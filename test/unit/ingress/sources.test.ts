import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../lambdas/ingest/fingerprint.ts";
import { readManual } from "../../../lambdas/ingest/sources/manual.ts";
import { readSns } from "../../../lambdas/ingest/sources/sns.ts";
import { anAlert, now, ownerLabels } from "./support.ts";

const sns = (message: unknown, change: object = {}) =>
  readSns(
    JSON.stringify({
      Type: "Notification",
      MessageId: "m",
      TopicArn: "arn:aws:sns:eu-west-1:1:alerts",
      Message: typeof message === "string" ? message : JSON.stringify(message),
      ...change,
    }),
  );

describe("alerts by way of SNS", () => {
  it("are read as the template of Amazon Managed Prometheus writes them, times as Go prints them", () => {
    const alerts = [
      anAlert({
        startsAt: "2026-11-02 09:00:00.123456789 +0000 UTC",
        endsAt: "0001-01-01 00:00:00 +0000 UTC",
        fingerprint: fingerprintOf(ownerLabels),
      }),
      anAlert({ status: "resolved", startsAt: "2026-11-02 09:00:00 +0100 CET", endsAt: "2026-11-02 10:00:00.5 +0100 +01" }),
    ];
    expect(sns({ receiver: "default", status: "firing", alerts })).toMatchObject({
      is: "delivery",
      rejected: [],
      heard: [
        { from: "alertmanager", status: "firing", startsAt: "2026-11-02T09:00:00.123Z", fingerprint: fingerprintOf(ownerLabels) },
        { status: "resolved", startsAt: "2026-11-02T08:00:00.000Z", endsAt: "2026-11-02T09:00:00.500Z" },
      ],
    });
  });

  it("are held to the same rules, each by itself", () => {
    expect(sns({ alerts: [anAlert(), anAlert({ startsAt: "yesterday" }), 7] })).toMatchObject({
      heard: [{ index: 0 }],
      rejected: [
        { index: 1, field: "startsAt" },
        { index: 2, field: "alert" },
      ],
    });
  });

  it.each<[string, ReturnType<typeof sns>]>([
    ["plain text for people", sns("Alerts Firing:\nLabels:\n - alertname = x")],
    ["a message that was cut off", sns('{"alerts":[{"status":"fir')],
    ["another type", sns({ alerts: [anAlert()] }, { Type: "SubscriptionConfirmation" })],
    ["a message without alerts", sns({ status: "firing" })],
    ["no envelope", readSns(JSON.stringify({ version: "4", alerts: [anAlert()] }))],
    ["no JSON", readSns("x")],
  ])("are none in %s", (_what, read) => expect(read).toMatchObject({ is: "invalid", reason: expect.stringMatching(/^(must|is not) /) }));
});

describe("a manual request", () => {
  const ask = (manual: unknown) => readManual(JSON.stringify({ manual }), now);

  it("is an alert of its own, from now on", () => {
    const { alertname: _alertname, severity: _severity, ...labels } = ownerLabels;
    expect(ask(labels)).toEqual({
      is: "delivery",
      heard: [{ index: 0, from: "manual", status: "firing", startsAt: now, labels, fingerprint: fingerprintOf(labels) }],
      rejected: [],
      truncated: 0,
    });
  });

  it.each<[string, unknown]>([
    ["a cluster", { scenario: "agent-restarts" }],
    ["a scenario", { cluster: "practice" }],
    ["known labels only", { cluster: "practice", scenario: "agent-restarts", force: "true" }],
    ["text", { cluster: "practice", scenario: "agent-restarts", node: 7 }],
    ["anything", undefined],
  ])("needs %s", (_what, manual) =>
    expect(ask(manual)).toMatchObject({ is: "invalid", reason: expect.stringContaining("with cluster and scenario") }),
  );
});
