/**
 * The one way into the log. Straight to standard output: what goes through `console` Lambda puts, as text, into a line of its own, and nobody
 * can query its fields. A line of JSON it leaves as it is.
 */
export const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
