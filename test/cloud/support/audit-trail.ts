import type { IncidentId, LedgerRecord, Sha256 } from "../../../kernel/types/index.ts";
import { linesIn } from "./logs.ts";
import type { Stage } from "./stage.ts";

/** Of a line as much as is asked for here. A record that is too long for one is in the archive; numbers for metrics are lines too. */
interface Line {
  readonly incident?: IncidentId;
  readonly type?: string;
  readonly audit?: LedgerRecord;
  readonly archive?: Sha256;
  /** Of a line of the type `sealed`. */
  readonly address?: Sha256;
}

/** What the audit log says of an incident. */
export interface Trail {
  /** In their order, each once. */
  readonly records: readonly LedgerRecord[];
  /** Where the copy of the whole story is, once the incident is closed. */
  readonly sealed: Sha256 | undefined;
}

export async function trailOf(stage: Pick<Stage, "emulator" | "deployment" | "archive">, id: IncidentId): Promise<Trail> {
  const { emulator, deployment, archive } = stage;
  const all = (await linesIn(emulator.endpoint, deployment.nameOf("AuditTrailLog"))).map((line) => JSON.parse(line) as Line);
  const lines = all.filter(({ incident }) => incident === id);
  const whole = await Promise.all(lines.flatMap(({ audit, archive: at }) => audit ?? (at ? archived(archive, at) : [])));
  const records = new Map(whole.map((record) => [record.seq, record]));
  return {
    records: [...records.values()].sort((a, b) => a.seq - b.seq),
    sealed: lines.find(({ type }) => type === "sealed")?.address,
  };
}

const archived = async (archive: Stage["archive"], address: Sha256) =>
  JSON.parse(Buffer.from(await archive.get(address)).toString("utf8")) as LedgerRecord;
