import { ruleOf } from "../../kernel/plan.ts";
import type { Progress } from "../../kernel/progress.ts";
import type { KnownRemedies, Reason, Remedy } from "../../kernel/types/index.ts";
import { ownership } from "../guards/ownership.ts";
import { diffOf } from "./diff.ts";
import { lastOf, refusalsOf } from "./told.ts";

/**
 * What a person may do now. A command that a guard refused is never offered without the refusal beside it; what is kept as it is written down
 * elsewhere comes as the change to make there.
 */
export function byHand(progress: Progress, remedies: KnownRemedies, plain: (text: string) => string): readonly string[] {
  const { diagnosis, decision } = lastOf(progress);
  const manual = diagnosis?.cause?.manual;
  const remedy = decision?.remedy ?? diagnosis?.remedies[0];
  const refusals = refusalsOf(progress).filter(({ rule }) => rule === "deny");
  const servers = diagnosis?.findings.some((finding) => finding.is === "faulty" && finding.see === "server-connectivity");
  return [
    ...(manual ? [`- ${plain(manual)}`] : []),
    ...(remedy ? (refusals.length > 0 ? refused(remedy, refusals, remedies, plain) : offered(remedy, remedies, plain)) : []),
    ...(servers ? ["- run the Server Runbook in parallel"] : []),
  ];
}

/** To be copied as it is, so in a fence; what could end one, or is not to be seen, is shown as other foreign text is. */
const block = (lines: readonly string[], plain: (text: string) => string): readonly string[] =>
  lines.every((line) => /^[\x20-\x5f\x61-\x7e]*$/.test(line))
    ? ["", "  ```", ...lines.map((line) => `  ${line}`), "  ```", ""]
    : ["", ...lines.map((line) => `  ${plain(line)}`), ""];
const commandOf = (remedy: Remedy, remedies: KnownRemedies): string => ruleOf(remedies, remedy.kind).command(remedy);

const offered = (remedy: Remedy, remedies: KnownRemedies, plain: (text: string) => string): readonly string[] => [
  `- ${plain(remedy.why)}:`,
  ...block([commandOf(remedy, remedies)], plain),
];

function refused(remedy: Remedy, refusals: readonly Reason[], remedies: KnownRemedies, plain: (text: string) => string): readonly string[] {
  const diff = refusals.some(({ guard }) => guard === ownership.id) ? diffOf(remedy) : [];
  return [
    ...(diff.length > 0 ? [`- ${plain(remedy.why)}. Where it is written down, the change would be:`, ...block(diff, plain)] : []),
    `- only once each of these is settled, for the guards refused it (${plain(remedy.why)}):`,
    ...refusals.map(({ guard, says }) => `  - ${plain(guard)}: ${plain(says)}`),
    ...block([commandOf(remedy, remedies)], plain),
  ];
}
