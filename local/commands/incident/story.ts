import { plainJson } from "../../../adapters/redact/plain.ts";
import { story } from "../../console/incidents.ts";
import { print } from "../../console/say.ts";
import { check } from "../audit/chain.ts";
import { idOf, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import type { IncidentOptions } from "../incident.ts";

/** Tells what is on record of one incident; what is damaged is shown as far as it can be read. */
export const incident = (text: string, { data, json }: IncidentOptions): Promise<number> =>
  withReading(data, async (ledger) => {
    const id = idOf(ledger.ids(), text);
    const { records, chain } = check(id, ledger.stored(id));
    print(json ? records.map((record) => plainJson(record)) : story(id, records, chain));
    return chain.whole ? exitCodes.fine : exitCodes.fault;
  });
