import { plainText } from "../../adapters/redact/plain.ts";
import type { Explained } from "../commands/why/explained.ts";
import { lines, linksOf, tally } from "./chain.ts";
import { colours } from "./colours.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

const markOf: Readonly<Record<Explained["verdict"], string>> = { healthy: marks.good, fault: marks.bad, unknown: marks.unsure };
/** So many commands are written out: a StatefulSet's pods are evicted one by one, and all alike. */
const shown = 3;

/** One screen that a tired person can read from the top: the links, the cause with what mends it, and the verdict as the last line. */
export function explanation({ of, cluster, verdict, says, mend, notes, chain, diagnosis }: Explained, from = ""): readonly string[] {
  const { cause, findings } = diagnosis;
  const links = linksOf(chain, findings);
  const pods = Math.max(...links.map((link) => link.pods));
  const more = mend.length - shown;
  return [
    `${colours.bold(of)} ${colours.dim(`in cluster ${plainText(cluster)}${pods > 1 ? `, ${pods} pods looked at` : ""}${from ? `, ${plainText(from)}` : ""}`)}`,
    ...lines(links),
    "",
    ...(cause ? [`${colours.bold("Cause")}  ${cause.check}: ${plainText(cause.says)}`] : []),
    ...mend.slice(0, shown).map((line, index) => `${index === 0 ? colours.bold("Mend ") : "     "}  ${plainText(line)}`),
    ...(more > 0 ? [`       and ${more} more of the same kind (--json has all)`] : []),
    ...notes.map((note) => `${colours.bold("Note ")}  ${plainText(note)}`),
    ...(cause || mend.length + notes.length > 0 ? [""] : []),
    `${markOf[verdict]} ${of}: ${verdict === "fault" ? `fault at ${cause?.check}` : `${verdict}: ${plainText(says)}`} ${colours.dim(`(${tally(links)})`)}`,
  ];
}

/** What may make pods, in a way that is not known here. */
export const notLookedAt = ({ of, at }: { readonly of: string; readonly at: string }): string =>
  `${marks.unsure} ${plainText(of)} ${colours.dim(plainText(at))}: has containers, but how it makes its pods is not known here`;

/** Of a whole manifest. */
export function summary(verdicts: readonly Explained["verdict"][], others: number): string {
  const of = (verdict: Explained["verdict"]) => verdicts.filter((one) => one === verdict).length;
  const aside = others > 0 ? `; ${count(others, "object")} without pods` : "";
  return `${count(verdicts.length, "workload")}: ${of("healthy")} would get the socket, ${of("fault")} would not, ${of("unknown")} cannot be told${aside}`;
}
