import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { fingerprint } from "../../local/world/alertmanager/alerts.ts";
import { notify } from "../../local/world/alertmanager/notify.ts";
import { type Practice, practice, start } from "./practice.ts";

interface Received {
  readonly authorization: string | undefined;
  readonly body: { readonly status: string; readonly alerts: readonly Record<string, unknown>[] } & Record<string, unknown>;
}
/** A receiver that answers with these codes, the last one again and again. */
async function receiver(...codes: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const code = codes[Math.min(received.length, codes.length) - 1] ?? 200;
      if (code === 0) request.socket.destroy();
      else response.writeHead(code).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}
const alerts = async ({ world }: Practice, query = "") =>
  (await (await fetch(`${world.alertmanagerUrl}/api/v2/alerts${query}`)).json()) as Record<string, unknown>[];
const post = ({ world }: Practice, path: string, body: unknown) =>
  fetch(`${world.alertmanagerUrl}/api/v2/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

it("names alerts by Prometheus' fingerprint", () => {
  expect(fingerprint({ alertname: "A", cluster: "practice", namespace: "payments", x: "ü" })).toBe("47316f77cf8bb3f1");
  expect(fingerprint({ x: "ü", namespace: "payments", cluster: "practice", alertname: "A" })).toBe("47316f77cf8bb3f1");
});

it("sends the webhook's version 4, with the bearer token", async () => {
  const here = await practice("older-than-webhook");
  const { url, received } = await receiver(200);
  expect(await here.world.fire(url, "secret-token")).toEqual({ attempts: 1, status: 200 });
  expect(received).toHaveLength(1);
  expect(received[0]?.authorization).toBe("Bearer secret-token");
  expect(received[0]?.body).toMatchObject({
    version: "4",
    status: "firing",
    receiver: "remediator",
    groupKey: '{}:{alertname="SpirlWorkloadNotInjected", cluster="practice", namespace="payments"}',
    truncatedAlerts: 0,
    groupLabels: { alertname: "SpirlWorkloadNotInjected", cluster: "practice", namespace: "payments" },
    commonLabels: here.world.alert,
    alerts: [{ status: "firing", labels: here.world.alert, startsAt: "2026-05-04T12:00:00.000Z", endsAt: "0001-01-01T00:00:00Z" }],
  });
  expect(received[0]?.body.alerts[0]?.fingerprint).toBe(fingerprint(here.world.alert));
});

it("lists a fired alert until it is resolved, and tells the receiver then", async () => {
  const here = await practice("older-than-webhook");
  const { url, received } = await receiver(200);
  await here.world.fire(url, "t");
  expect(await alerts(here)).toMatchObject([
    {
      fingerprint: fingerprint(here.world.alert),
      startsAt: "2026-05-04T12:00:00.000Z",
      endsAt: "2026-05-04T12:04:00.000Z",
      status: { state: "active", silencedBy: [], inhibitedBy: [] },
      receivers: [{ name: "remediator" }],
      labels: here.world.alert,
    },
  ]);
  here.advance(5_000);
  await here.world.fire(url, "t");
  expect((await alerts(here))[0]).toMatchObject({ startsAt: "2026-05-04T12:00:00.000Z" });
  await here.world.resolve();
  expect(await alerts(here)).toEqual([]);
  expect(received.at(-1)?.body).toMatchObject({ status: "resolved", alerts: [{ status: "resolved", endsAt: "2026-05-04T12:00:05.000Z" }] });
  expect(await here.world.resolve()).toBeUndefined();
});

it("filters by matchers and by state", async () => {
  const here = await practice();
  await post(here, "alerts", [{ labels: { alertname: "A", pod: "web-1" } }, { labels: { alertname: "B", pod: 'a"b' } }]);
  const names = async (...filters: string[]) => {
    const query = filters.map((each) => `filter=${encodeURIComponent(each)}`).join("&");
    return (await alerts(here, `?${query}`)).map(({ labels }) => (labels as Record<string, string>).alertname);
  };
  expect(await names('pod=~"web-.*"')).toEqual(["A"]);
  expect(await names('pod="a\\"b"')).toEqual(["B"]);
  expect(await names("alertname!=A", "pod!=x")).toEqual(["B"]);
  expect((await fetch(`${here.world.alertmanagerUrl}/api/v2/alerts?filter=x%20y`)).status).toBe(400);
});

it("suppresses what is silenced: shown as such, told to nobody", async () => {
  const here = await practice("older-than-webhook");
  const { url, received } = await receiver(200);
  const silence = {
    matchers: [{ name: "namespace", value: "pay.*", isRegex: true }],
    startsAt: new Date(start - 1_000).toISOString(),
    endsAt: new Date(start + 60_000).toISOString(),
    createdBy: "someone",
    comment: "we know",
  };
  const { silenceID } = (await (await post(here, "silences", silence)).json()) as { silenceID: string };
  expect(await here.world.fire(url, "t")).toEqual({ attempts: 0, status: undefined });
  expect(received).toEqual([]);
  expect(await alerts(here)).toMatchObject([{ status: { state: "suppressed", silencedBy: [silenceID] } }]);
  expect(await alerts(here, "?silenced=false")).toEqual([]);
  const listed = (await (await fetch(`${here.world.alertmanagerUrl}/api/v2/silences`)).json()) as unknown[];
  expect(listed).toMatchObject([
    { id: silenceID, status: { state: "active" }, matchers: [{ name: "namespace", value: "pay.*", isRegex: true, isEqual: true }] },
  ]);
  here.advance(61_000);
  expect(await alerts(here)).toMatchObject([{ status: { state: "active" } }]);
});

it("lets a posted alert end by itself, and refuses what is none", async () => {
  const here = await practice();
  await post(here, "alerts", [{ labels: { alertname: "RemediatorApprovalWaiting" }, endsAt: new Date(start + 1_000).toISOString() }]);
  expect(await alerts(here)).toHaveLength(1);
  here.advance(1_500);
  expect(await alerts(here)).toEqual([]);
  for (const body of [[{ labels: {} }], {}, [1]]) expect((await post(here, "alerts", body)).status).toBe(400);
});

it("tries again after 5xx and broken connections, and takes any other answer as the last word", async () => {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const { signal } = new AbortController();
  const patient = await receiver(503, 0, 500, 200);
  expect(await notify({ url: patient.url, bearer: "t" }, {}, { signal, wait })).toEqual({ attempts: 4, status: 200 });
  expect(waits).toEqual([100, 200, 400]);
  const refusing = await receiver(429, 200);
  expect(await notify({ url: refusing.url, bearer: "t" }, {}, { signal, wait })).toEqual({ attempts: 1, status: 429 });
});

it("stops trying when the world stops", async () => {
  const stopped = new AbortController();
  const never = await receiver(503);
  const wait = async () => stopped.abort();
  expect(await notify({ url: never.url, bearer: "t" }, {}, { signal: stopped.signal, wait })).toEqual({ attempts: 1, status: 503 });
});
