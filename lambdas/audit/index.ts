import { randomUUID } from "node:crypto";
import { cloudWatchLog, type Log } from "../../adapters/cloudwatch/log.ts";
import { environment } from "../contract.ts";
import { archive } from "../wiring/archive.ts";
import { clock, log, policy } from "../wiring/common.ts";
import { env, once } from "../wiring/env.ts";
import { asItself } from "../wiring/itself.ts";
import { ledger } from "../wiring/ledger.ts";
import { tell } from "../wiring/metrics.ts";
import { remembering } from "./done.ts";
import { audit, type Batch, type Undone } from "./handler.ts";

/** Far more than all that can come again at once. */
const done = remembering(10_000);
const auditLog = once((): Log => cloudWatchLog({ group: env(environment.auditLog), stream: randomUUID(), clock, as: asItself }));

/** Called by Lambda with what the stream of Records brings. */
export const handler = (batch: Batch): Promise<Undone> =>
  audit(batch, {
    ...{ ledger: ledger(), archive: archive(), audit: auditLog() },
    clusters: Object.keys(policy().clusters),
    clock,
    done,
    tell,
    log,
  });
