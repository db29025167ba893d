import { plainText } from "../../adapters/redact/plain.ts";
import type { Rejection } from "../../kernel/ports.ts";
import { colours } from "./colours.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

/** Alerts of one delivery that were refused for one reason, with what they said that they are about. */
export interface Refused extends Pick<Rejection, "at" | "body" | "reason"> {
  /** Understood, and asked for nothing. */
  readonly ignored: boolean;
  readonly alerts: readonly { readonly index: number; readonly labels: Readonly<Record<string, string>> | undefined }[];
  /** Where the delivery is, and why it could not be read. */
  readonly where: string;
  readonly lost?: string;
}
/** How many are not shown: deliveries before those that are, and alerts that asked for nothing. */
export interface LeftOut {
  readonly older: number;
  readonly ignored: number;
}

/** Of one delivery. */
const named = 3;
const widest = 200;

/** A paragraph for each delivery and reason, the last first; `since` is the first day that was looked at. */
export function rejections(refused: readonly Refused[], { older, ignored }: LeftOut, since: string): readonly string[] {
  const alerts = refused.reduce((sum, each) => sum + each.alerts.length, 0);
  const left = [
    ...(older > 0 ? [`${count(older, "earlier one")} not shown: --all`] : []),
    ...(ignored > 0 ? [`${count(ignored, "alert")} asked for nothing, and ${ignored === 1 ? "is" : "are"} not shown: --all`] : []),
    "further back: --days",
  ];
  const sum = alerts === 0 ? "no alert was rejected" : count(alerts, "alert");
  return [...refused.flatMap(paragraph), ...(alerts > 0 ? [""] : []), `${sum} since ${since} (${left.join("; ")})`];
}

function paragraph({ at, reason, ignored, alerts, where, lost }: Refused): readonly string[] {
  const told = alerts.flatMap(({ labels }) => (labels ? [inLine(labels)] : []));
  const more = alerts.length - Math.min(told.length, named);
  return [
    `${ignored ? marks.quiet : marks.bad} ${at.slice(0, 19).replace("T", " ")}  ${oneLine(reason)}`,
    ...told.slice(0, named).map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${told.length > 0 ? `and ${more} more` : count(alerts.length, "alert")}`] : []),
    `    ${colours.dim(`${lost === undefined ? "the delivery" : `what it was cannot be told, ${oneLine(lost)}`}: ${where}`)}`,
  ];
}

/** `SpirlAgentDown cluster=prod namespace=shop`. */
function inLine({ alertname, ...others }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  const line = oneLine([...(alertname === undefined ? [] : [alertname]), ...pairs].join(" "));
  return line.length > widest ? `${line.slice(0, widest)}…` : line;
}

/** Foreign text may hold lines of its own, which would look like ours. */
const oneLine = (text: string): string => plainText(text.replace(/\s+/g, " "));
