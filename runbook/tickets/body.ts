import { ruleOf } from "../../kernel/plan.ts";
import type { Progress } from "../../kernel/progress.ts";
import type { Evidence, Finding, Incident, KnownRemedies, Reason, Scope, Verdict } from "../../kernel/types/index.ts";
import { never } from "../../kernel/types/index.ts";

export interface Telling {
  readonly progress: Progress;
  /** Of the last diagnosis. */
  readonly evidence: Evidence;
  readonly remedies: KnownRemedies;
  /** Makes foreign text harmless in the desk's markup: names, labels, messages and log lines come from outside. */
  readonly plain: (text: string) => string;
}

export function describe(scope: Scope): string {
  switch (scope.of) {
    case "owner":
      return `${scope.kind} ${scope.namespace}/${scope.name}`;
    case "namespace":
      return `namespace ${scope.namespace}`;
    case "node":
      return `node ${scope.node}`;
    case "host":
      return `host ${scope.instance}`;
    case "cluster":
      return "the whole cluster";
    default:
      return never(scope);
  }
}

export const titleOf = ({ cluster, scenario, scope }: Incident): string =>
  `${cluster}: ${scenario.replaceAll("-", " ")}, ${describe(scope)}`;

/** The hand-over as Markdown, in the order in which a tired person needs it: what is wrong, why it is theirs, what was done, what was seen. */
export function bodyOf(telling: Telling): string {
  const { progress, plain } = telling;
  const { incident, escalating } = progress;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Why this is yours", [plain(escalating?.why ?? "the incident could not be closed by itself")]],
    ["Refused by the guards", refusals(progress).map((reason) => `- **${plain(reason.guard)}**: ${plain(reason.says)}`)],
    ["By hand", byHand(telling)],
    ["What was done", attempts(telling)],
    ["What was seen", findings(telling)],
    ["Values", values(telling)],
    ["Place", place(incident, plain)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `## ${title}\n\n${lines.join("\n")}\n`)
    .join("\n");
}

const reasonsOf = (verdict: Verdict | undefined): readonly Reason[] => (verdict && verdict.verdict !== "allow" ? verdict.reasons : []);
const refusals = ({ decision }: Progress): readonly Reason[] => reasonsOf(decision?.verdict);

function byHand({ progress: { decision, diagnosis }, remedies, plain }: Telling): readonly string[] {
  const manual = diagnosis?.diagnosis.cause?.manual;
  const remedy = decision?.remedy ?? diagnosis?.diagnosis.remedies[0];
  return [
    ...(manual ? [`- ${plain(manual)}`] : []),
    ...(remedy ? [`- ${plain(remedy.why)}:`, "", `      ${plain(ruleOf(remedies, remedy.kind).command(remedy))}`] : []),
  ];
}

function attempts({ progress, plain }: Telling): readonly string[] {
  return progress.attempts.map(({ intent, outcome, concluded }) => {
    const { kind, target } = intent.remedy;
    const end = concluded ? `${concluded.proof}: ${plain(concluded.says)}` : (outcome?.says ?? "no answer");
    return `- ${intent.written} ${kind} ${plain(target.namespace ? `${target.namespace}/${target.name}` : target.name)}: ${outcome?.effect ?? "unknown"}; ${end}`;
  });
}

const marks: Readonly<Record<Finding["is"], string>> = { faulty: "✗", unknown: "?", healthy: "✓", "not-applicable": "–" };
const shown: readonly Finding["is"][] = ["faulty", "unknown", "healthy"];

/** Faults first. What does not apply is counted, not told: it is in the evidence. */
function findings({ progress: { diagnosis }, plain }: Telling): readonly string[] {
  const all = diagnosis?.diagnosis.findings ?? [];
  const told = all.filter(({ is }) => shown.includes(is)).toSorted((a, b) => shown.indexOf(a.is) - shown.indexOf(b.is));
  const rest = all.length - told.length;
  const lines = told.map((finding) => `- ${marks[finding.is]} \`${finding.check}\` ${plain(finding.says)}`);
  return rest > 0 ? [...lines, `- ${rest} more did not apply; all are in evidence.json`] : lines;
}

/** Every metric query that was asked, with what it answered, so that a person can ask it again. */
function values({ evidence, plain }: Telling): readonly string[] {
  return [...evidence].flatMap(([key, observed]) => {
    const [source, ...text] = key.split("\n");
    if (source !== "prometheus") return [];
    const answer = observed.state === "observed" ? JSON.stringify(observed.value).slice(0, 400) : `not available: ${observed.reason}`;
    return [`- ${plain(text.join(" "))}`, `  → ${plain(answer)} (${observed.at})`];
  });
}

const place = ({ id, cluster, scope, openedAt, alerts }: Incident, plain: (text: string) => string): readonly string[] => [
  `- incident ${id}, opened ${openedAt}`,
  `- cluster ${plain(cluster)}, ${plain(describe(scope))}`,
  ...(alerts[0].labels.trust_domain ? [`- trust domain ${plain(alerts[0].labels.trust_domain)}`] : []),
];
