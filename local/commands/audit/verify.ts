import { parsePolicy } from "../../../adapters/policy/parse.ts";
import { type Attempt, progress } from "../../../kernel/progress.ts";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId, LedgerRecord, Policy } from "../../../kernel/types/index.ts";
import { some } from "../../../kernel/types/index.ts";
import { chains, comparison, objects, unchecked } from "../../console/audit.ts";
import { print, printJson } from "../../console/say.ts";
import type { AuditOptions } from "../audit.ts";
import { idOf, meantOf, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { readInForce } from "../in-force.ts";
import { UsageError } from "../mistakes.ts";
import type { Where } from "../options.ts";
import { type Archived, checkArchive } from "./archive.ts";
import { type Checked, check } from "./chain.ts";
import { type Compared, compare } from "./compare.ts";
import { checkCopy } from "./copy.ts";
import { type AuditLog, readAuditLog } from "./log.ts";

type Verified = Checked & { readonly id: IncidentId };

/**
 * Checks the chains of one incident or of all, and whether the archive has what they name; with an audit log, whether the cluster saw what is on
 * record. A copy has no archive beside it.
 */
export async function verify(text: string | undefined, options: AuditOptions): Promise<number> {
  const { json, auditLog, copy } = options;
  if (options.cluster !== undefined && auditLog === undefined)
    throw new UsageError("--cluster says whose audit log it is: it goes with --audit-log");
  const { all, every, archived } = copy === undefined ? await inLedger(options, text) : inCopy(copy, text);
  const verified = all.map(({ id, records, chain }) => ({ id, records: records.length, chain }));
  const log = auditLog === undefined ? undefined : await readAuditLog(auditLog);
  const compared = log && compare(attemptsOf(all, options.cluster), log, policyOf(options), every);
  if (json)
    printJson({
      incidents: verified,
      ...(archived ? { archive: archived } : {}),
      ...(log && compared ? { auditLog: { ...counts(log), ...compared } } : {}),
    });
  else
    print([
      ...(verified.length > 0 ? chains(verified) : []),
      ...unchecked(verified, every || text !== undefined, options.stack),
      ...(archived ? objects(archived) : []),
      ...(log && compared ? comparison(auditLog ?? "", log, compared) : []),
    ]);
  const nothing = all.length === 0 && !(compared && every);
  return codeOf(all, archived, compared, nothing);
}

interface Looked {
  readonly all: readonly Verified[];
  /** These are all that there are. */
  readonly every: boolean;
  readonly archived?: Archived;
}

const inLedger = (where: Where, text: string | undefined): Promise<Looked> =>
  withReading(where, async (ledger, archive) => {
    const ids = text === undefined ? await ledger.ids() : [await idOf(ledger, text)];
    const all: Verified[] = [];
    for (const id of ids) all.push({ id, ...check(id, await ledger.stored(id)) });
    const stories = all.map((one) => ({ whole: one.chain.whole, records: sound(one) }));
    const archived = await checkArchive(stories, archive, instant(Date.now()));
    return { all, every: text === undefined && ledger.lists === "every", archived };
  });

function inCopy(file: string, text: string | undefined): Looked {
  const copies = checkCopy(file);
  const ids = copies.map(({ id }) => id);
  const all = text === undefined ? copies : copies.filter(({ id }) => id === meantOf(ids, text));
  return { all, every: text === undefined };
}

const counts = ({ writes, rehearsals, covers }: AuditLog) => ({ writes: writes.length, rehearsals, covers });

function codeOf(all: readonly Verified[], archived: Archived | undefined, compared: Compared | undefined, nothing: boolean): number {
  const wrong = [...(archived?.broken ?? []), ...(compared?.differences ?? [])];
  if (all.some(({ chain }) => !chain.whole) || wrong.length > 0) return exitCodes.fault;
  const open = [...(archived?.unread ?? []), ...(compared?.untold ?? [])];
  return nothing || open.length > 0 ? exitCodes.unknown : exitCodes.fine;
}

/** The intents, with what became of them, in the cluster that the log is of. */
function attemptsOf(all: readonly Verified[], cluster: string | undefined): readonly Attempt[] {
  const stories = all.flatMap((one) => {
    const story = some(sound(one));
    return story ? [progress(story)] : [];
  });
  const clusters = [...new Set(stories.map(({ incident }) => incident.cluster))];
  if (cluster === undefined && clusters.length > 1)
    throw new UsageError(`these incidents are of several clusters (${clusters.join(", ")}): say whose audit log it is with --cluster`);
  return stories.filter(({ incident }) => incident.cluster === (cluster ?? incident.cluster)).flatMap(({ attempts }) => attempts);
}

/** What stands before the first broken record. */
const sound = ({ records, chain }: Verified): readonly LedgerRecord[] => (chain.whole ? records : records.slice(0, chain.seq - 1));

/** Only its waiting times are asked for: those that the incidents ran under, else the shipped ones. */
function policyOf({ data, stack }: AuditOptions): Policy {
  try {
    if (stack === undefined) return readInForce(data).policy;
  } catch {
    // Nothing has run there yet.
  }
  return parsePolicy("", { file: "the policy as shipped" });
}
