import * as z from "zod/mini";
import { key } from "../../kernel/suspend.ts";
import { instant, secondsBetween } from "../../kernel/time.ts";
import type { Evidence, Incident, Instant, Observed, Query } from "../../kernel/types/index.ts";
import { reader } from "../kubernetes/parse.ts";
import { instantQuery } from "../queries/promql.ts";
import { known } from "./told.ts";

/** How far back logs and plots of a ticket go before the incident was opened (runbook, "Escalation"). */
export const beforeSeconds = 15 * 60;
/** Queries that are plotted at most, and series of each. */
const mostPlots = 12;
const mostSeries = 6;
/** Points across a plot. */
const width = 48;

/** A window of a query: the series over time, as the adapter gives it. */
interface Window {
  readonly labels: Readonly<Record<string, string>>;
  /** In seconds since 1970. */
  readonly points: readonly (readonly [at: number, value: number])[];
}
const windows = reader(z.array(z.object({ labels: z.record(z.string(), z.string()), points: z.array(z.tuple([z.number(), z.number()])) })));

const rangeQuery = (text: string): Query<readonly Window[]> => ({ source: "prometheus", text, parse: windows });
const ranged = /^range\(\d+,\d+\) /;

const asked = (evidence: Evidence): readonly string[] =>
  [...evidence.keys()].flatMap((key) => (key.startsWith("prometheus\n") ? [key.slice("prometheus\n".length)] : []));

/** What was asked of Prometheus for the diagnosis, over the time from before the incident until now: so that a person sees since when. */
export function plotQueries(evidence: Evidence, { openedAt }: Incident, now: Instant): readonly Query<readonly Window[]>[] {
  const seconds = Math.ceil((secondsBetween(openedAt, now) + beforeSeconds) / 60) * 60;
  const step = Math.max(15, Math.ceil(seconds / width));
  const single = asked(evidence).filter((text) => !ranged.test(text));
  return single.slice(0, mostPlots).map((text) => rangeQuery(`range(${seconds},${step}) ${text}`));
}

/** Every metric query that was asked, with what it answered, so that a person can ask it again; and how that came about, where the evidence has it. */
export function values(evidence: Evidence, plain: (text: string) => string): readonly string[] {
  const all = asked(evidence);
  return all
    .filter((text) => !ranged.test(text))
    .flatMap((text) => {
      const window = all.find((other) => ranged.test(other) && other.replace(ranged, "") === text);
      return [
        `- ${plain(text)}`,
        ...answer(text, evidence.get(key(instantQuery(text))), plain),
        ...drawn((window && known(rangeQuery(window), evidence)) || [], plain),
      ];
    });
}

function answer(text: string, observed: Observed<unknown> | undefined, plain: (text: string) => string): readonly string[] {
  if (!observed) return [];
  const at = `(${observed.at})`;
  if (observed.state === "unavailable") return [`  → ${plain(`not available: ${observed.reason}`)} ${at}`];
  const samples = known(instantQuery(text), new Map([[key(instantQuery(text)), observed]]));
  if (!samples) return [`  → an answer that cannot be read ${at}`];
  if (samples.length === 0) return [`  → no data ${at}`];
  const told = samples.slice(0, mostSeries).map(({ labels, value }) => `  → ${plain(`${seriesName(labels)}${rounded(value)}`)} ${at}`);
  return samples.length > mostSeries ? [...told, `  → and ${samples.length - mostSeries} more series`] : told;
}

const seriesName = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).flatMap(([name, value]) => (name === "__name__" ? [] : [`${name}=${value}`]));
  return pairs.length > 0 ? `${pairs.join(" ")}: ` : "";
};
const rounded = (value: number): string => String(Number(value.toPrecision(4)));

function drawn(series: readonly Window[], plain: (text: string) => string): readonly string[] {
  return series.slice(0, mostSeries).flatMap(({ labels, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return [];
    const all = points.map(([, value]) => value);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const curve = least === most ? "" : `${spark(all, least, most)} `;
    const range = least === most ? `always ${rounded(least)}` : `from ${rounded(least)} to ${rounded(most)}`;
    return [`  ${curve}${plain(`${seriesName(labels)}${range}, ${clock(first[0])} to ${clock(last[0])}`)}`];
  });
}

const bars = "▁▂▃▄▅▆▇█";
/** One bar a point, the least of the window at the bottom and the greatest, which is another, at the top. */
export const spark = (values: readonly number[], least: number, most: number): string =>
  values.map((value) => bars.charAt(Math.round(((value - least) / (most - least)) * (bars.length - 1)))).join("");

/** `03:07`, in UTC. */
const clock = (seconds: number): string => instant(seconds * 1000).slice(11, 16);
