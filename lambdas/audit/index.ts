import { archive } from "../wiring/archive.ts";
import { clock, log, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { writeLine } from "../wiring/lines.ts";
import { tell } from "../wiring/metrics.ts";
import { remembering } from "./done.ts";
import { audit, type Batch, type Undone } from "./handler.ts";

/** Far more than all that can come again at once. */
const done = remembering(10_000);

/** Called by Lambda with what the stream of Records brings. */
export const handler = (batch: Batch): Promise<Undone> =>
  audit(batch, {
    ledger: ledger(),
    archive: archive(),
    clusters: Object.keys(policy().clusters),
    clock,
    done,
    write: writeLine,
    tell,
    log,
  });
