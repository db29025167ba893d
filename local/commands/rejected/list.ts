import { type ArchiveReading, keptAt } from "../../../adapters/archive/reading.ts";
import type { LedgerReading } from "../../../adapters/ledger/reading.ts";
import { plainJson } from "../../../adapters/redact/plain.ts";
import type { Rejection } from "../../../kernel/ports.ts";
import { after, instant } from "../../../kernel/time.ts";
import type { Instant } from "../../../kernel/types/index.ts";
import { type Refused, rejections } from "../../console/rejected.ts";
import { print } from "../../console/say.ts";
import { withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import type { RejectedOptions } from "../rejected.ts";
import { alertsIn } from "./alerts.ts";

/** Groups: a person reads no more of them, and for each its delivery is read from the archive. */
const recent = 20;
const daySeconds = 24 * 60 * 60;

/** Alerts that were not taken, by delivery and reason, the last first; with their labels, as far as the archive can be read. */
export const rejected = ({ json, all, days, ...where }: RejectedOptions): Promise<number> =>
  withReading(where, async (ledger, archive) => {
    const now = instant(Date.now());
    const found = await within(days, now, ledger);
    const meant = all ? found : found.filter(({ ignored }) => !ignored);
    const groups = inGroups(meant);
    const shown = json || all ? groups : groups.slice(0, recent);
    const refused: Refused[] = [];
    for (const group of shown) refused.push(await withLabels(group, archive));
    const left = { older: groups.length - shown.length, ignored: found.length - meant.length };
    print(json ? refused.flatMap(asJson) : rejections(refused, left, dayOf(now, days - 1)));
    return exitCodes.fine;
  });

const dayOf = (now: Instant, before: number): string => after(now, -before * daySeconds).slice(0, "2026-11-02".length);

async function within(days: number, now: Instant, ledger: Pick<LedgerReading, "rejections">): Promise<readonly Rejection[]> {
  const found: (readonly Rejection[])[] = [];
  for (let before = 0; before < days; before++) found.push(await ledger.rejections(dayOf(now, before)));
  return found.flat();
}

/** What was refused of one delivery for one reason: hundreds of alerts may have the same. */
interface Group extends Pick<Rejection, "at" | "body" | "reason"> {
  readonly ignored: boolean;
  readonly indexes: readonly number[];
}

/** The last first. */
function inGroups(found: readonly Rejection[]): readonly Group[] {
  const groups = new Map<string, Group & { readonly indexes: number[] }>();
  for (const { at, body, reason, ignored = false, index } of found) {
    const name = JSON.stringify([at, body, reason, ignored]);
    const group = groups.get(name);
    if (group) group.indexes.push(index);
    else groups.set(name, { at, body, reason, ignored, indexes: [index] });
  }
  return [...groups.values()].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

async function withLabels({ indexes, body, ...of }: Group, archive: ArchiveReading): Promise<Refused> {
  const [where, delivery] = [await archive.whereIs(body), await keptAt(archive, body)];
  const labels = delivery.is === "whole" ? alertsIn(new TextDecoder().decode(delivery.bytes)) : () => undefined;
  const alerts = indexes.map((index) => ({ index, labels: labels(index) }));
  return { ...of, body, where, alerts, ...(delivery.is === "whole" ? {} : { lost: delivery.says }) };
}

const asJson = ({ at, reason, ignored, body, where, alerts }: Refused): readonly string[] =>
  alerts.map(({ index, labels }) => plainJson({ at, reason, ignored, delivery: body, index, where, ...(labels ? { labels } : {}) }));
