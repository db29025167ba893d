import { plainText } from "../../adapters/redact/plain.ts";
import type { LedgerRecord } from "../../kernel/types/index.ts";
import { colours } from "./colours.ts";
import { type Called, type Told, tell } from "./tell.ts";

export const marks: Readonly<Record<Told["mark"], string>> = {
  good: colours.green("✓"),
  bad: colours.red("✗"),
  unsure: colours.yellow("?"),
  step: colours.cyan("●"),
  quiet: colours.dim("·"),
};

/** A record as lines for a terminal, foreign text without control characters. */
export function screen(record: LedgerRecord, called?: Called): string {
  const { mark, headline, details } = tell(record, called);
  const time = colours.dim(record.written.slice(11, 19));
  const lines = [
    `${time} ${marks[mark]} ${plainText(headline)}`,
    ...details.map((detail) => `           ${colours.dim(plainText(detail))}`),
  ];
  return `${lines.join("\n")}\n`;
}
