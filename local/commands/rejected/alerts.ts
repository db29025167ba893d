import { parsed } from "../../../kernel/json.ts";
/** What an alert says that it is about: foreign text, and cut. The archive has it without secrets. */
export type Labels = Readonly<Record<string, string>>;

const mostLabels = 30;
const longest = 253;

/** Labels by the alert's place in a delivery, whichever way that came; undefined where it holds none there that could be read. */
export function alertsIn(delivery: string): (index: number) => Labels | undefined {
  const body = fieldsOf(parsed(delivery));
  // SNS has the delivery as a text within its own.
  const { alerts } = fieldsOf(typeof body.Message === "string" ? parsed(body.Message) : body);
  return (index) => {
    if (body.manual !== undefined) return index === 0 ? labelsOf(body.manual) : undefined;
    return Array.isArray(alerts) ? labelsOf(fieldsOf(alerts[index]).labels) : undefined;
  };
}

function labelsOf(value: unknown): Labels | undefined {
  const labels = Object.entries(fieldsOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (labels.length === 0) return undefined;
  return Object.fromEntries(labels.slice(0, mostLabels).map(([name, text]) => [cut(name), cut(text)]));
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
