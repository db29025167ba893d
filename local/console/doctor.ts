import { plainText } from "../../adapters/redact/plain.ts";
import type { Line } from "../commands/doctor/check.ts";
import { colours } from "./colours.ts";
import { marks } from "./print.ts";

const mark = { ok: marks.good, failed: marks.bad, unknown: marks.unsure } as const;

/** Groups of short lines, a mark each, and below a failed one what to do; the counts at the end. */
export function checkup(lines: readonly Line[]): readonly string[] {
  const groups = [...Map.groupBy(lines, ({ group }) => group)];
  const count = (is: Line["is"]) => lines.filter((line) => line.is === is).length;
  return [
    ...groups.flatMap(([group, own]) => [colours.bold(plainText(group)), ...own.flatMap(shown), ""]),
    `${count("ok")} ok, ${count("failed")} failed, ${count("unknown")} not known`,
  ];
}

const shown = ({ is, says, todo }: Line): readonly string[] => [
  `  ${mark[is]} ${plainText(says)}`,
  ...(todo === undefined ? [] : [`    → ${plainText(todo)}`]),
];
