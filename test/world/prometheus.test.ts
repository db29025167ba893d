import { PrometheusDriver } from "prometheus-query";
import { expect, it } from "vitest";
import { Counter } from "../../local/world/prometheus/series.ts";
import { practice, sharedPractice, start } from "./practice.ts";

const shared = sharedPractice();

interface Sample {
  readonly metric: { readonly labels: Record<string, string> };
  readonly value: { readonly value: number; readonly time: Date };
}
const minted = (pod: string, seconds: number) => `increase(spirl_agent_mint_svid_total{status_code="ok",pod="${pod}"}[${seconds}s])`;

it("answers the real client, by GET and by POST", async () => {
  const { world } = await shared();
  for (const preferPost of [false, true]) {
    const driver = new PrometheusDriver({ endpoint: world.prometheusUrl, preferPost });
    const { resultType, result } = await driver.instantQuery(
      'count by (spirl_trust_domain) (spirl_application_info{spirl_component="agent"})',
      start,
    );
    expect(resultType).toBe("vector");
    expect((result as Sample[]).map(({ metric, value }) => [metric.labels, value.value])).toEqual([
      [{ spirl_trust_domain: "example.test" }, 3],
    ]);
    const range = await driver.rangeQuery("sum(spirl_agent_svid_expiring)", start - 60_000, start, 30);
    expect(range.result[0].values.map((each: { value: number }) => each.value)).toEqual([0, 0, 0]);
  }
});

it("answers 400 with bad_data for what it does not know, and says it to the client", async () => {
  const { world } = await shared();
  const driver = new PrometheusDriver({ endpoint: world.prometheusUrl });
  await expect(driver.instantQuery("histogram_quantile(0.9, foo)")).rejects.toMatchObject({
    httpStatus: 400,
    prometheus: { errorType: "bad_data" },
  });
  const response = await fetch(`${world.prometheusUrl}/api/v1/query?query=nope(`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    status: "error",
    errorType: "bad_data",
    error: expect.stringContaining('invalid parameter "query"'),
  });
});

it.each(["time=x", "query_range", "step=0"])("refuses a request without the right parameters: %s", async (what) => {
  const { world } = await shared();
  const path = {
    "time=x": "query?query=up&time=x",
    query_range: "query_range?query=up",
    "step=0": "query_range?query=up&start=1&end=2&step=0",
  }[what];
  expect((await fetch(`${world.prometheusUrl}/api/v1/${path}`)).status).toBe(400);
});

it("every agent reports, and nothing expires", async () => {
  const { world } = await shared();
  const driver = new PrometheusDriver({ endpoint: world.prometheusUrl });
  const count = async (query: string) => (await driver.instantQuery(query, start)).result.length;
  expect(await count('kube_pod_info{pod=~"spirl-agent-.*"} unless on (pod) spirl_application_info')).toBe(0);
  expect(await count('kube_pod_info{pod=~"spirl-agent-.*"}')).toBe(3);
  expect(await count("spirl_agent_svid_expiring > 0 or spirl_agent_svid_outdated > 0")).toBe(0);
  expect(await count("spirl_agent_svid_expiring")).toBe(6);
  const share = '(sum(rate(spirl_agent_mint_svid_total{status_code="ok"}[5m])) / sum(rate(spirl_agent_mint_svid_total[5m])))*100';
  expect((await driver.instantQuery(share, start)).result[0].value.value).toBe(100);
});

it("a workload that gets its socket is minted for, by the agent of its node, of both kinds", async () => {
  const { world, advance } = await practice("older-than-webhook");
  const driver = new PrometheusDriver({ endpoint: world.prometheusUrl });
  const ask = async (query: string, at: number) => (await driver.instantQuery(query, at)).result as Sample[];
  const quiet = await ask('increase(spirl_agent_mint_svid_total{status_code="ok"}[30s])', start);
  expect(quiet.map(({ value }) => value.value)).toEqual([0, 0, 0, 0, 0, 0]);
  const [pod] = world.store.list("Pod", "payments").filter(({ metadata }) => metadata.name.startsWith("checkout"));
  if (!pod) return expect.unreachable("checkout has pods");
  world.store.remove(pod);
  advance(1_000);
  const fresh = world.store.list("Pod", "payments").find(({ metadata }) => metadata.creationTimestamp === "2026-05-04T12:00:00Z");
  const agent = world.store
    .list("Pod", "spirl-system")
    .find(({ spec, metadata }) => spec.nodeName === fresh?.spec.nodeName && metadata.name.startsWith("spirl-agent"));
  const gained = await ask(minted(agent?.metadata.name ?? "", 30), start + 1_000);
  expect(gained.map(({ metric, value }) => [metric.labels.svid_type, value.value]).sort()).toEqual([
    ["jwt", 1],
    ["x509", 1],
  ]);
  const all = await ask('sum(increase(spirl_agent_mint_svid_total{status_code="ok"}[30s]))', start + 1_000);
  expect(all[0]?.value.value).toBe(2);
});

it("an agent's series end with it, and its successor begins anew", async () => {
  const { world, advance } = await practice();
  const agents = () => world.store.list("Pod", "spirl-system").filter(({ metadata }) => metadata.name.startsWith("spirl-agent"));
  const [agent] = agents();
  if (!agent) return expect.unreachable("there are agents");
  world.store.remove(agent);
  advance(50);
  const driver = new PrometheusDriver({ endpoint: world.prometheusUrl });
  const reporting = async (at: number) =>
    (await driver.instantQuery("spirl_application_info", at)).result.map(({ metric }: Sample) => metric.labels.pod);
  expect(await reporting(start + 50)).toHaveLength(2);
  advance(1_000);
  expect(await reporting(start + 1_050)).toHaveLength(3);
  expect(await reporting(start + 1_050)).not.toContain(agent.metadata.name);
  expect(await reporting(start)).toContain(agent.metadata.name);
});

it("shows the failures that a test adds", async () => {
  const { world } = await practice();
  const labels = { pod: "spirl-agent-x", svid_type: "x509", status_code: "signer_mint_failed" };
  world.metrics.add(new Counter("spirl_agent_mint_svid_total", labels, start - 60_000, { perSecond: 1 }));
  const driver = new PrometheusDriver({ endpoint: world.prometheusUrl });
  const { result } = await driver.instantQuery(
    'sum by (svid_type, status_code) (rate(spirl_agent_mint_svid_total{status_code!="ok"}[1m]))',
    start,
  );
  expect((result as Sample[]).map(({ metric, value }) => [metric.labels.status_code, value.value])).toEqual([["signer_mint_failed", 1]]);
});
