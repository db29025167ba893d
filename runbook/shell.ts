/** One word for a POSIX shell: as it is where nothing in it means anything to a shell. */
const word = (text: string): string => (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/**
 * A line that a person will paste, with each value as one word, for values come from clusters and metrics: command`kubectl get pod ${name}`. What is
 * said after the command in words may be in it too.
 */
export const command = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  parts.reduce((text, part, index) => `${text}${word(values[index - 1] ?? "")}${part}`);
