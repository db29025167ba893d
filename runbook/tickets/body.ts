import type { Progress } from "../../kernel/progress.ts";
import type { Evidence, Finding, KnownRemedies, Policy } from "../../kernel/types/index.ts";
import { byHand } from "./by-hand.ts";
import { place } from "./place.ts";
import { lastOf, refusalsOf } from "./told.ts";
import { values } from "./values.ts";

export { describe, titleOf } from "./scope.ts";

export interface Telling {
  readonly progress: Progress;
  /** Of the last diagnosis, and windows of its metric queries. */
  readonly evidence: Evidence;
  readonly remedies: KnownRemedies;
  readonly policy: Policy;
  /** Makes foreign text harmless in the desk's markup: names, labels, messages and log lines come from outside. */
  readonly plain: (text: string) => string;
}

/** The hand-over as Markdown, in the order in which a tired person needs it: what is wrong, why it is theirs, what was done, what was seen. */
export function bodyOf(telling: Telling): string {
  const { progress, evidence, remedies, policy, plain } = telling;
  const { incident, escalating } = progress;
  const seen = lastOf(progress).diagnosis?.findings ?? [];
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Why this is yours", [plain(escalating?.why ?? "the incident could not be closed by itself")]],
    ["Refused by the guards", refusalsOf(progress).map((reason) => `- **${plain(reason.guard)}**: ${plain(reason.says)}`)],
    ["By hand", byHand(progress, remedies, plain)],
    ["What was done", attempts(telling)],
    ["What was seen", findings(seen, plain)],
    ["Values", values(evidence, plain)],
    ["Place", place(incident, seen, evidence, policy, plain)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `## ${title}\n\n${lines.join("\n")}\n`)
    .join("\n");
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
function findings(all: readonly Finding[], plain: (text: string) => string): readonly string[] {
  const told = all.filter(({ is }) => shown.includes(is)).toSorted((a, b) => shown.indexOf(a.is) - shown.indexOf(b.is));
  const rest = all.length - told.length;
  const lines = told.map((finding) => `- ${marks[finding.is]} \`${finding.check}\` ${plain(finding.says)}`);
  return rest > 0 ? [...lines, `- ${rest} more did not apply; all are in evidence.json`] : lines;
}
