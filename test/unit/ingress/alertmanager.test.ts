import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../lambdas/ingest/fingerprint.ts";
import { readAlertmanager } from "../../../lambdas/ingest/sources/alertmanager.ts";
import { anAlert, bodyOf, type Json } from "./support.ts";

const read = (alerts: readonly unknown[], change: Json = {}) => {
  const delivery = readAlertmanager(bodyOf(alerts, change));
  if (delivery.is === "invalid") throw new Error(`${delivery.field} ${delivery.reason}`);
  return delivery;
};

/** As Alertmanager 0.31.1 sent them. */
const recorded = [
  {
    labels: { Z: "2", alertname: "Ünïcode", html: '<b>"quoted"</b>', z: "1" },
    startsAt: "2026-11-01T10:00:00.123456789+02:00",
    fingerprint: "dd977bdccab06af5",
  },
  {
    labels: {
      alertname: "SpirlWorkloadWithoutIdentity",
      cluster: "practice",
      namespace: "payments",
      scenario: "workloads-not-receiving-svids",
      scope: "owner",
      severity: "warning",
      workload: "checkout",
      workload_kind: "Deployment",
    },
    startsAt: "2026-11-23T23:16:13.988133414Z",
    fingerprint: "11a7d85fc99aa0b3",
  },
];

describe("Alertmanager's webhook", () => {
  it("is read, with times in UTC and milliseconds", () => {
    const { heard, rejected } = read(recorded.map((alert) => ({ ...alert, status: "firing", endsAt: "0001-01-01T00:00:00Z" })));
    expect(rejected).toEqual([]);
    expect(heard).toEqual(
      recorded.map(({ labels, fingerprint }, index) => ({
        index,
        from: "alertmanager",
        status: "firing",
        fingerprint,
        labels,
        startsAt: ["2026-11-01T08:00:00.123Z", "2026-11-23T23:16:13.988Z"][index],
      })),
    );
  });

  it.each(recorded)("gives a fingerprint of its own that is Alertmanager's: $fingerprint", ({ labels, fingerprint }) => {
    expect(fingerprintOf(labels)).toBe(fingerprint);
    expect(read([anAlert({ labels })]).heard[0]?.fingerprint).toBe(fingerprint);
  });

  it("keeps the end of what is resolved, and only of that", () => {
    const { heard } = read([anAlert({ status: "resolved", endsAt: "2026-11-02T09:20:00Z" }), anAlert({ endsAt: "not a time" })]);
    expect(heard).toMatchObject([{ status: "resolved", endsAt: "2026-11-02T09:20:00.000Z" }, { status: "firing" }]);
    expect(heard[1]).not.toHaveProperty("endsAt");
  });

  it("may have fields that nobody knows yet", () => {
    expect(read([anAlert({ notification_reason: "x", silenced: [[1]] })], { routeLabels: {}, groupKey: 7 }).heard).toHaveLength(1);
  });

  it("says how many alerts were left out, and loses none over a strange number", () => {
    expect(read([anAlert()], { truncatedAlerts: 12 }).truncated).toBe(12);
    for (const truncatedAlerts of [-1, "many", 1.5, null, undefined]) {
      expect(read([anAlert()], { truncatedAlerts })).toMatchObject({ truncated: 0, heard: [{}] });
    }
  });

  it.each([
    ["", "body"],
    ["{", "body"],
    ["not json", "body"],
    ["[".repeat(100_000), "body"],
    ["null", "body"],
    ["3", "body"],
    ["[]", "body"],
    ["{}", "version"],
    ['{"version":"3","alerts":[{}]}', "version"],
    ['{"version":4,"alerts":[{}]}', "version"],
    ['{"version":"4"}', "alerts"],
    ['{"version":"4","alerts":{}}', "alerts"],
    ['{"version":"4","alerts":[]}', "alerts"],
  ])("is nothing of the kind: %s", (body, field) => expect(readAlertmanager(body)).toMatchObject({ is: "invalid", field }));

  it.each<[string, unknown, string]>([
    ["a number", 3, "alert"],
    ["null", null, "alert"],
    ["a list", [], "alert"],
    ["nothing", {}, "status"],
    ["another status", anAlert({ status: "pending" }), "status"],
    ["no labels", anAlert({ labels: undefined }), "labels"],
    ["empty labels", anAlert({ labels: {} }), "labels"],
    ["labels in a list", anAlert({ labels: ["a"] }), "labels"],
    ["a label that is a number", anAlert({}, { "<script>": 7 }), "labels"],
    ["no start", anAlert({ startsAt: undefined }), "startsAt"],
    ["a start that never was", anAlert({ startsAt: "2026-02-30T00:00:00Z" }), "startsAt"],
    ["the zero time as its start", anAlert({ startsAt: "0001-01-01T00:00:00Z" }), "startsAt"],
    ["a start without its zone", anAlert({ startsAt: "2026-11-02T09:00:00" }), "startsAt"],
    ["a fingerprint that is none", anAlert({ fingerprint: "../../etc" }), "fingerprint"],
    ["a fingerprint of other labels", anAlert({ fingerprint: fingerprintOf({ alertname: "Watchdog" }) }), "fingerprint"],
    ["an end that is missing", anAlert({ status: "resolved", endsAt: undefined }), "endsAt"],
    ["an end before its start", anAlert({ status: "resolved", endsAt: "2026-11-02T08:59:59Z" }), "endsAt"],
  ])("names an alert with %s, and takes its siblings", (_what, bad, field) => {
    const { heard, rejected } = read([anAlert(), bad, anAlert()]);
    expect(rejected).toMatchObject([{ index: 1, field }]);
    expect(rejected[0]?.reason).toMatch(/^must /);
    expect(heard.map(({ index }) => index)).toEqual([0, 2]);
  });

  it("never shows what was sent", () => {
    const { rejected } = read([anAlert({ startsAt: "<img src=x>", fingerprint: "<img src=x>" }, { "<img src=x>": 1 }), "<img src=x>"]);
    expect(rejected).toHaveLength(2);
    expect(JSON.stringify([rejected, readAlertmanager("<img src=x>")])).not.toContain("<img");
  });
});
