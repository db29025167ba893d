import { plainText } from "../../adapters/redact/plain.ts";
import type { Check, Finding } from "../../kernel/types/index.ts";
import { colours } from "./colours.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

/** A link, with the worst answer of all pods. */
export interface Link {
  readonly worst: Finding;
  readonly pods: number;
  /** How many of them answer so. */
  readonly alike: number;
}

const order: readonly Finding["is"][] = ["faulty", "unknown", "healthy", "not-applicable"];
const markOf: Readonly<Record<Finding["is"], string>> = {
  faulty: marks.bad,
  unknown: marks.unsure,
  healthy: marks.good,
  "not-applicable": colours.dim("–"),
};

/** In the chain's order; what stands for the chain where it could not be run comes after it. */
export function linksOf(chain: readonly Check<never>[], findings: readonly Finding[]): readonly Link[] {
  const ids = new Set([...chain.map(({ id }) => id), ...findings.map(({ check }) => check)]);
  return [...ids].flatMap((id) => {
    const here = findings.filter(({ check }) => check === id);
    const [worst] = here.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is));
    return worst ? [{ worst, pods: here.length, alike: here.filter(({ is }) => is === worst.is).length }] : [];
  });
}

/** A line for each. What does not apply for the same reason as the link before says so in two words. */
export const lines = (links: readonly Link[]): readonly string[] =>
  links.map(({ worst, pods, alike }, index) => {
    const again = worst.is === "not-applicable" && links[index - 1]?.worst.says === worst.says;
    const says = again ? "as above" : plainText(worst.says);
    const some = alike < pods ? colours.dim(` (${alike} of ${count(pods, "pod")})`) : "";
    return `${markOf[worst.is]} ${worst.check.padEnd(24)} ${worst.is === "not-applicable" ? colours.dim(says) : says}${some}`;
  });

/** `9 healthy, 1 faulty`. */
export function tally(links: readonly Link[]): string {
  const words = ["healthy", "faulty", "unknown", "not-applicable"] as const;
  const parts = words.map((word) => ({ word, times: links.filter(({ worst }) => worst.is === word).length }));
  return parts.flatMap(({ word, times }) => (times > 0 ? [`${times} ${word.replace("-", " ")}`] : [])).join(", ");
}
