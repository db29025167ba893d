import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Given } from "../../../kernel/types/index.ts";
import { alertsWith, silences } from "../../../runbook/queries/alertmanager.ts";
import {
  agentReports,
  agentsReporting,
  agentsWithSvids,
  firing,
  lateSvidsOf,
  mintsOf,
  mintsOfAll,
} from "../../../runbook/queries/prometheus.ts";
import { labelName, promql, seconds } from "../../../runbook/queries/promql.ts";
import { given } from "../../support/evidence.ts";
import { aPolicy } from "../../support/incidents.ts";

describe("PromQL", () => {
  test("is what the runbook asks, of one agent", () => {
    expect(mintsOf(given(), "spirl-agent-x", 300).text).toBe(
      'sum by (svid_type, status_code) (increase(spirl_agent_mint_svid_total{pod="spirl-agent-x"}[300s]))',
    );
    expect(agentReports(given({ policy: aPolicy({ installation: { podLabel: "k8s_pod_name" } }) }), "spirl-agent-x").text).toBe(
      'count by (spirl_trust_domain, spirl_app_version) (spirl_application_info{spirl_component="agent", k8s_pod_name="spirl-agent-x"})',
    );
    expect(firing({ alertname: "A", namespace: "payments" }, given()).text).toBe(
      'ALERTS{alertstate="firing", alertname="A", namespace="payments"}',
    );
    expect(agentsWithSvids(given(), "outdated").text).toBe("spirl_agent_svid_outdated > 0");
  });

  test("asks only for the cluster's own series, where its Prometheus has others' too", () => {
    const policy = { ...aPolicy(), series: { prod: { cluster: "prod-eu-1", region: 'eu"' }, dev: { cluster: "dev" } } };
    const here = given({ policy });
    const own = '{cluster="prod-eu-1", region="eu\\""';
    const all = (asking: Given) => [
      mintsOf(asking, "a", 300),
      mintsOfAll(asking, 300),
      agentsReporting(asking),
      agentReports(asking, "a"),
      agentsWithSvids(asking, "expiring"),
      lateSvidsOf(asking, "a", "outdated"),
      firing({ alertname: "A" }, asking),
    ];
    for (const { text } of all(here)) expect(text.indexOf(own)).toBe(text.indexOf("{"));
    for (const { text } of all(given({ policy, cluster: "other" }))) expect(text).not.toContain("cluster=");
    // A cluster of a name that every object has is not one that the policy names.
    for (const { text } of all(given({ policy, cluster: "constructor" }))) expect(text).not.toContain("cluster=");
  });

  test("is sent by no check or guard without the cluster's labels; a ticket asks again what was asked", () => {
    const sources = globSync("runbook/**/*.ts").filter((file) => !/^runbook\/(queries|remedies|tickets)\//.test(file));
    expect(sources.filter((file) => /spirl_\w+(_total)?[{[ )]|ALERTS\{|instantQuery/.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  test("a value is one string, whatever is in it", () => {
    expect(promql`up{pod=${'x"} or vector(1) #'}}`).toBe('up{pod="x\\"} or vector(1) #"}');
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = promql`${value}`;
        expect(text).toMatch(/^"(?:[^"\\\n]|\\.)*"$/);
        expect(JSON.parse(text)).toBe(value);
      }),
    );
  });

  test("a label's name, and a duration, are not taken from just anything", () => {
    for (const name of ["", "a-b", "1a", 'pod="x"', "a b"]) expect(() => labelName(name)).toThrow("not a label's name");
    for (const count of [0, -1, 1.5, Number.NaN]) expect(() => seconds(count)).toThrow("not a number of seconds");
  });

  test("no data is an empty answer; what is no list of samples is none", () => {
    const { parse } = agentReports(given(), "x");
    expect(parse([])).toEqual([]);
    expect(parse([{ labels: { a: "b" }, value: 1.5, at: 1 }])).toEqual([{ labels: { a: "b" }, value: 1.5 }]);
    for (const raw of [null, "", {}, [{ labels: {}, value: "1" }], [{ labels: {}, value: Number.NaN }]]) expect(() => parse(raw)).toThrow();
  });
});

describe("Alertmanager", () => {
  test("is asked by labels, each as one matcher", () => {
    const { text, source } = alertsWith({ alertname: "A", pod: 'x"&filter=y' });
    expect(source).toBe("alertmanager");
    expect(new URL(text, "http://am").searchParams.getAll("filter")).toEqual(['alertname="A"', 'pod="x\\"&filter=y"']);
    expect(() => alertsWith({})).toThrow("no labels");
    expect(() => alertsWith({ "a=b": "c" })).toThrow("not a label's name");
  });

  test("says which silences are in force, and what they cover", () => {
    const matcher = { name: "namespace", value: "pay.*", isRegex: true };
    const raw = (id: string, state: string) => ({ id, status: { state }, matchers: [matcher], comment: "a move", createdBy: "jo" });
    const { parse, text } = silences();
    expect(text).toBe("/api/v2/silences");
    expect(parse([raw("s-1", "active"), raw("s-2", "expired"), raw("s-3", "pending")])).toEqual([
      { id: "s-1", matchers: [{ ...matcher, isEqual: true }] },
    ]);
    expect(() => parse({ status: "error" })).toThrow();
  });

  test("says what fires, and what is silenced by whom", () => {
    const raw = {
      fingerprint: "f1",
      status: { state: "suppressed", silencedBy: ["s1"], inhibitedBy: [], mutedBy: [] },
      startsAt: "2026-11-20T02:00:00.123Z",
      endsAt: "2026-11-20T03:04:00Z",
      updatedAt: "2026-11-20T02:59:00Z",
      labels: { alertname: "A" },
      annotations: {},
      receivers: [{ name: "r" }],
    };
    expect(alertsWith({ alertname: "A" }).parse([raw])).toEqual([
      {
        fingerprint: "f1",
        state: "suppressed",
        silencedBy: ["s1"],
        inhibitedBy: [],
        startsAt: "2026-11-20T02:00:00.123Z",
        endsAt: "2026-11-20T03:04:00.000Z",
        labels: { alertname: "A" },
      },
    ]);
    expect(alertsWith({ alertname: "A" }).parse([])).toEqual([]);
    expect(() => alertsWith({ alertname: "A" }).parse({ status: "error" })).toThrow();
  });
});
