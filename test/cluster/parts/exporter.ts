import { createServer } from "node:http";
import { listen } from "./egress.ts";
import { agentLabels, healthyAgent, type Labels, line, type Series } from "./exporter-series.ts";
import type { AgentPod } from "./installation.ts";

/** Metrics of all agents on one page, as SPIRL's agents would report them each on their own; what tests say here overrides the healthy picture. */
export interface Exporter {
  readonly url: string;
  /**
   * From now on every series of `metric` that carries these labels stands at `value`. Where no agent reports such a series it is added: with
   * the labels of the agent, if `labels.pod` names one.
   */
  readonly set: (metric: string, labels: Labels, value: number) => void;
  /** Like `set`, but the series go on from where they are and grow by the clock, so that `rate()` gives `perSecond`; 0 stops them. */
  readonly grow: (metric: string, labels: Labels, perSecond: number) => void;
  /** From now on no series of `metric` with these labels is reported; `undefined` stands for every metric, so `{ pod }` silences an agent. */
  readonly hide: (metric: string | undefined, labels: Labels) => void;
  /** Forgets all of the above: every agent is healthy again. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

interface Rule {
  readonly metric: string | undefined;
  readonly labels: Labels;
  readonly value?: number;
  readonly perSecond?: number;
}

export interface ExporterOptions {
  readonly port: number;
  /** The agents there are now; asked at every scrape, so a restarted agent counts from 0 under its new name. */
  readonly agents: () => Promise<readonly AgentPod[]>;
  /** Milliseconds. */
  readonly now: () => number;
}

export async function startExporter({ port, agents, now }: ExporterOptions): Promise<Exporter> {
  const page = metricsPage(now);
  const server = createServer((_, answer) => {
    agents().then(
      (pods) => answer.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(page.render(pods)),
      () => answer.writeHead(503).end(), // the API server is gone or not there yet: then `up` is 0
    );
  });
  await listen(server, { port });
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    set: (metric, labels, value) => page.rules.push({ metric, labels, value }),
    grow: (metric, labels, perSecond) => page.rules.push({ metric, labels, perSecond }),
    hide: (metric, labels) => page.rules.push({ metric, labels }),
    reset: () => page.rules.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page that is scraped. Counters remember their value and when it was read; the last rule that fits a series decides. */
export function metricsPage(now: () => number): { readonly rules: Rule[]; readonly render: (agents: readonly AgentPod[]) => string } {
  const rules: Rule[] = [];
  const counters = new Map<string, { value: number; at: number }>();
  const known = new Set<string>();

  const current = (series: Series): number | undefined => {
    const rule = rules.findLast((each) => fits(each, series)) ?? series;
    if (rule.value !== undefined) {
      if (series.perSecond !== undefined) counters.set(line(series, 0), { value: rule.value, at: now() });
      return rule.value;
    }
    if (rule.perSecond === undefined) return undefined;
    const counter = counters.get(line(series, 0)) ?? { value: series.value ?? 0, at: now() };
    const value = counter.value + (rule.perSecond * (now() - counter.at)) / 1000;
    counters.set(line(series, 0), { value, at: now() });
    return Math.floor(value);
  };

  /** The healthy picture, and what rules add to it. A rule about an agent's pod that is gone adds nothing any more. */
  const allSeries = (agents: readonly AgentPod[]): Series[] => {
    for (const { name } of agents) known.add(name);
    const of = new Map(agents.map(({ name, node }) => [name, agentLabels(name, node)]));
    const all = [...of.values()].flatMap((own) => healthyAgent.map((each) => ({ ...each, labels: { ...own, ...each.labels } })));
    for (const { metric, labels, value, perSecond } of rules) {
      if (metric === undefined || (value === undefined && perSecond === undefined)) continue;
      const gone = labels.pod !== undefined && known.has(labels.pod) && !of.has(labels.pod);
      if (gone || all.some((series) => fits({ metric, labels }, series))) continue;
      const kind = perSecond === undefined ? { value: value ?? 0 } : { perSecond };
      all.push({ metric, labels: { ...(labels.pod === undefined ? {} : of.get(labels.pod)), ...labels }, ...kind });
    }
    return all;
  };

  return {
    rules,
    render(agents) {
      const lines = allSeries(agents).flatMap((series) => {
        const value = current(series);
        return value === undefined ? [] : [line(series, value)];
      });
      return `${lines.join("\n")}\n`;
    },
  };
}

function fits(rule: Pick<Rule, "metric" | "labels">, { metric, labels }: Series): boolean {
  return (rule.metric ?? metric) === metric && Object.entries(rule.labels).every(([name, value]) => labels[name] === value);
}
