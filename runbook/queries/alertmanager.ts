import * as z from "zod/mini";
import type { Instant, Query } from "../../kernel/types/index.ts";
import { listOf, time } from "../kubernetes/meta.ts";
import { reader } from "../kubernetes/parse.ts";
import { labelName, promql } from "./promql.ts";

/** An alert as Alertmanager has it now. */
export interface AlertNow {
  readonly fingerprint: string;
  readonly state: "active" | "suppressed" | "unprocessed";
  /** Ids of the silences and of the alerts that suppress it. */
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly labels: Readonly<Record<string, string>>;
}

const alert = z.pipe(
  z.object({
    fingerprint: z.string(),
    status: z.object({
      state: z.enum(["active", "suppressed", "unprocessed"]),
      silencedBy: listOf(z.string()),
      inhibitedBy: listOf(z.string()),
    }),
    startsAt: time,
    endsAt: time,
    labels: z.record(z.string(), z.string()),
  }),
  z.transform(({ status, ...rest }): AlertNow => ({ ...rest, ...status })),
);
const alerts = reader(z.array(alert));

/** What somebody has said is not to be told, and so not to be acted upon. All matchers must hold. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
}
export interface Matcher {
  readonly name: string;
  /** A whole text, or a pattern for the whole of it. */
  readonly value: string;
  readonly isRegex: boolean;
  /** False where it must be anything else. */
  readonly isEqual: boolean;
}

const matcher = z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z._default(z.boolean(), true) });
const inForce = z.pipe(
  z.array(z.object({ id: z.string(), status: z.object({ state: z.string() }), matchers: z.array(matcher) })),
  z.transform((all): readonly Silence[] => all.flatMap(({ status, ...silence }) => (status.state === "active" ? [silence] : []))),
);
const readSilences = reader(inForce);

/** All silences that are in force. Of what is covered by one, nobody is told. */
export const silences = (): Query<readonly Silence[]> => ({ source: "alertmanager", text: "/api/v2/silences", parse: readSilences });

/** Alerts that carry all these labels, also the silenced and inhibited ones. None: it does not fire any more. */
export function alertsWith(labels: Readonly<Record<string, string>>): Query<readonly AlertNow[]> {
  const filters = Object.entries(labels).map(([name, value]) => `filter=${encodeURIComponent(promql`${labelName(name)}=${value}`)}`);
  if (filters.length === 0) throw new TypeError("no labels: that would be every alert there is");
  return { source: "alertmanager", text: `/api/v2/alerts?${filters.join("&")}`, parse: alerts };
}
