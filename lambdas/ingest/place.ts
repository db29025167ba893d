import type { PlaceLabel } from "../../adapters/policy/names.ts";
import { nearest } from "../../adapters/policy/nearest.ts";
import type { IncidentKey } from "../../kernel/ids.ts";
import { type AlertMapping, type Policy, type ScenarioId, scenarioIds } from "../../kernel/types/index.ts";
import type { Heard } from "./delivery.ts";
import { type LabelName, type Look, lookIn } from "./labels.ts";
import { named, rules, scopeOf, scopes, type Wanted, widest } from "./scope.ts";

/** What an alert is about, and those of its labels that the runbook knows. */
export interface Placed {
  readonly did: "place";
  readonly key: IncidentKey;
  readonly labels: Readonly<Record<string, string>>;
}
export type Placing =
  | Placed
  | { readonly did: "ignore"; readonly reason: string }
  | { readonly did: "reject"; readonly field: string; readonly reason: string };

/** Longer values are in nobody's interest, and Kubernetes has none. */
const longest = 253;
const ownPrefix = "Remediator";

const reject = (label: LabelName, reason: string): Placing => ({ did: "reject", field: `labels.${label}`, reason });

/**
 * (cluster, scenario, scope) by the labels: by the policy's mapping if one matches, else by the labels of our own rules, else overall-health of the
 * cluster, which only reads. Where what it is about is not said, or said in several ways, the scope is the wider one.
 */
export function place({ labels, from }: Pick<Heard, "labels" | "from">, policy: Policy): Placing {
  const mapping = from === "alertmanager" ? policy.alerts.find((one) => matches(one, labels)) : undefined;
  const look = lookIn(labels, mapping);
  if (look("alertname")?.startsWith(ownPrefix)) return { did: "ignore", reason: "our own alert: it never opens an incident" };
  const scenario = mapping?.scenario ?? look("scenario");
  if (scenario !== undefined && !isScenario(scenario))
    return reject("scenario", `must be one of ${scenarioIds.join(", ")}${meant(scenario)}`);
  const wanted = scenario === undefined ? "cluster" : (mapping?.scope ?? look("scope") ?? widest(look));
  if (!isScope(wanted)) return reject("scope", `must be one of ${scopes.join(", ")}`);
  const wrong = firstWrong(look, wanted);
  if (wrong) return wrong;
  const cluster = look("cluster") ?? "";
  const found = Object.fromEntries(named[wanted].flatMap((name) => pair(name, look(name)))) as Partial<Record<PlaceLabel, string>>;
  const common = (["alertname", "severity"] as const).flatMap((name) => pair(name, look(name)));
  return {
    did: "place",
    key: { cluster, scenario: scenario ?? "overall-health", scope: scopeOf(wanted, found) },
    labels: { ...Object.fromEntries(common), cluster, ...(scenario ? { scenario, scope: wanted } : {}), ...found },
  };
}

const pair = <N extends string>(name: N, value: string | undefined): readonly (readonly [N, string])[] =>
  value === undefined ? [] : [[name, value]];
const matches = ({ match }: AlertMapping, labels: Heard["labels"]) =>
  Object.entries(match).every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
const isScenario = (text: string): text is ScenarioId => (scenarioIds as readonly string[]).includes(text);
const isScope = (text: string): text is Wanted => (scopes as readonly string[]).includes(text);

function meant(scenario: string): string {
  const near = nearest(scenario, scenarioIds);
  return near === undefined ? "" : `: did you mean ${near}?`;
}

function firstWrong(look: Look, wanted: Wanted): Placing | undefined {
  const cluster = look("cluster");
  if (cluster === undefined)
    return reject("cluster", "must name the cluster: Prometheus adds it to every alert with global.external_labels");
  for (const name of ["cluster", ...named[wanted]] as const) {
    const [pattern, must] = rules[name];
    const value = look(name);
    if (value !== undefined && !pattern.test(value)) return reject(name, must);
  }
  const long = (["alertname", "severity"] as const).find((name) => (look(name)?.length ?? 0) > longest);
  return long && reject(long, `must have at most ${longest} characters`);
}
