import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownText } from "../adapters/redact/index.ts";
import type { LedgerRecord } from "../kernel/types/index.ts";
import { tell } from "./console/tell.ts";

/** The story of one incident as Markdown: what a reviewer reads the morning after. */
export function reportOf(story: readonly LedgerRecord[]): string {
  const [first] = story;
  const last = story.at(-1);
  if (!first || !last) return "";
  const result = last.type === "closed" ? `**${last.result}**: ${markdownText(last.says)}` : "still open";
  const lines = story.flatMap((record) => {
    const { headline, details } = tell(record);
    return [
      `${record.seq}. ${record.written} \`${record.type}\` by ${markdownText(record.by)}: ${markdownText(headline)}`,
      ...details.map((detail) => `    - ${markdownText(detail)}`),
    ];
  });
  return [`# ${first.incidentId}`, "", result, "", ...lines, "", `Last hash of the chain: \`${last.hash}\``, ""].join("\n");
}

/** Writes it into the folder and gives its path. */
export function writeReport(folder: string, story: readonly LedgerRecord[]): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${story[0]?.incidentId ?? "none"}.md`);
  writeFileSync(path, reportOf(story), { mode: 0o600 });
  return path;
}
