import { plainJson, plainText } from "../../adapters/redact/plain.ts";

/** What the command did, or why not: on stderr, so that stdout holds nothing but what was asked for. */
export const say = (text: string): void => void process.stderr.write(`${plainText(text)}\n`);

/** What was asked for, in lines that are fit for a terminal already. */
export const print = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));

/** The same as JSON, for programs. */
export const printJson = (value: unknown): void => void process.stdout.write(`${plainJson(value, 2)}\n`);
