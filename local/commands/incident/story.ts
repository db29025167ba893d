import { plainJson } from "../../../adapters/redact/plain.ts";
import type { Chain } from "../../../kernel/story.ts";
import { instant } from "../../../kernel/time.ts";
import { story } from "../../console/incidents.ts";
import { marks } from "../../console/print.ts";
import { print } from "../../console/say.ts";
import { check } from "../audit/chain.ts";
import { idOf, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import type { IncidentOptions } from "../incident.ts";
import { pauseOf, resting } from "./resting.ts";

/** Tells what is on record of one incident; what is damaged is shown as far as it can be read. */
export const incident = (text: string, { json, ...where }: IncidentOptions): Promise<number> =>
  withReading(where, async (ledger) => {
    const id = await idOf(ledger, text);
    const { records, chain } = check(id, await ledger.stored(id));
    if (json) {
      print(records.map((record) => plainJson(record)));
      return codeOf(chain);
    }
    // For others nobody is asked how long they rest.
    const again = chain.whole && records[0]?.type === "opened" && records[0].incident.after !== undefined;
    const says = again ? resting(records, await pauseOf(where), instant(Date.now())) : undefined;
    print([...story(id, records, chain), ...(says ? [`${marks.quiet} ${says}`] : [])]);
    return codeOf(chain);
  });

const codeOf = ({ whole }: Chain): number => (whole ? exitCodes.fine : exitCodes.fault);
