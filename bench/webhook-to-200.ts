import { flushed } from "./support/flushed.ts";
import { load, median, spread } from "./support/numbers.ts";
import { openWayIn, type WayIn } from "./support/way-in.ts";

const cluster = "bench";

interface Case {
  readonly name: string;
  readonly repetitions: number;
  /** The workload of each alert, in repetition `n`: new ones each time, so that incidents are opened, not joined. */
  readonly workloads: (n: number) => readonly string[];
}

const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const thousand = numbers(1000);
const cases: readonly Case[] = [
  { name: "1 alert", repetitions: 50, workloads: (n) => [`single-${n}`] },
  { name: "1,000 alerts, one scope", repetitions: 9, workloads: (n) => thousand.map(() => `one-${n}`) },
  { name: "1,000 alerts, 1,000 scopes", repetitions: 7, workloads: (n) => thousand.map((index) => `many-${n}-${index}`) },
  { name: "10,000 alerts, 10,000 scopes", repetitions: 3, workloads: (n) => numbers(10_000).map((index) => `storm-${n}-${index}`) },
];

/** As Alertmanager sends it: one alert for each workload, all different by their pod. */
function bodyOf(workloads: readonly string[]): string {
  const alerts = workloads.map((workload, index) => ({
    status: "firing",
    labels: {
      alertname: "SpirlWorkloadNotInjected",
      cluster,
      scenario: "workloads-not-receiving-svids",
      scope: "owner",
      severity: "warning",
      namespace: "bench",
      workload_kind: "Deployment",
      workload,
      pod: `${workload}-${index}`,
    },
    annotations: { summary: `Deployment bench/${workload} has pods without the SPIFFE socket` },
    startsAt: "2026-11-02T09:30:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "",
  }));
  return JSON.stringify({ version: "4", status: "firing", receiver: "remediator", groupLabels: {}, truncatedAlerts: 0, alerts });
}

async function measure({ post, dataDir }: WayIn, { name, repetitions, workloads }: Case): Promise<void> {
  await post(bodyOf(workloads(0)));
  const [own, plain]: [number[], number[]] = [[], []];
  let bytes = 0;
  for (let n = 1; n <= repetitions; n++) {
    const body = bodyOf(workloads(n));
    bytes = body.length;
    own.push(await post(body));
    plain.push(flushed(dataDir, body));
  }
  const ratio = median(own) / median(plain);
  console.log(`${name}, ${bytes} bytes, ${repetitions} times, load ${load()}`);
  console.log(`  to the 200             ${spread(own, 1)} ms`);
  console.log(`  plain write and fsync  ${spread(plain, 1)} ms`);
  console.log(`  ratio                  ${ratio.toFixed(1)}`);
}

const wayIn = await openWayIn(cluster);
try {
  console.log("webhook to durable 200, over HTTP on loopback; median (least to most)");
  for (const each of cases) await measure(wayIn, each);
} finally {
  await wayIn.close();
}
