import { DatabaseSync } from "node:sqlite";
import { type IncidentKey, incidentId } from "../../../kernel/ids.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { incidentPartition } from "../keys.ts";
import { ledgerOver } from "../ledger.ts";
import type { LedgerReading } from "../reading.ts";
import { sqliteStore } from "./store.ts";

const ofIncidents = `
SELECT pk AS id FROM records WHERE instr(pk, '#') = 0
UNION SELECT substr(pk, ${incidentPartition("" as IncidentId).length + 1}) FROM state WHERE pk LIKE '${incidentPartition("" as IncidentId)}%' ORDER BY id`;

/** The incidents that a key has had, by how many there were; none where that cannot be read. */
function generations(fields: string): readonly IncidentId[] {
  try {
    const { generation, scope, ...key } = JSON.parse(fields) as Omit<IncidentKey, "scope"> & {
      readonly generation: number;
      readonly scope: string;
    };
    const of: IncidentKey = { ...key, scope: JSON.parse(scope) as IncidentKey["scope"] };
    return Array.from({ length: generation }, (_, before) => incidentId(of, before + 1));
  } catch {
    return [];
  }
}

/** The ledger's file, to look at: it is not even written where it is new. Throws what SQLite says where the file is no ledger. */
export function readSqliteLedger(path: string): LedgerReading {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  const { view, open, cluster, switchOf, rejections } = ledgerOver(sqliteStore(database), () => "");
  const statements = {
    ids: database.prepare(ofIncidents),
    records: database.prepare("SELECT sk, fields FROM records WHERE pk = ? ORDER BY sk"),
    head: database.prepare("SELECT fields FROM state WHERE pk = ? AND sk = 'HEAD'"),
    keys: database.prepare("SELECT fields FROM state WHERE pk LIKE 'OPEN#%'"),
    clusters: database.prepare("SELECT substr(sk, 9) AS name FROM state WHERE pk = 'STOP' AND sk LIKE 'CLUSTER#%' ORDER BY sk"),
  };
  return {
    view,
    open,
    cluster,
    switchOf,
    rejections,
    lists: "every",
    ids: async () => {
      const there = statements.ids.all().map(({ id }) => String(id) as IncidentId);
      const named = statements.keys.all().flatMap(({ fields }) => generations(String(fields)));
      return [...new Set([...there, ...named])].sort();
    },
    clusters: async () => statements.clusters.all().map(({ name }) => String(name)),
    stored: async (id) => {
      database.exec("BEGIN");
      try {
        const records = statements.records.all(id).map(({ sk, fields }) => ({ sk: String(sk), fields: String(fields) }));
        const head = statements.head.get(incidentPartition(id))?.fields;
        return { records, head: head === undefined ? undefined : String(head) };
      } finally {
        database.exec("COMMIT");
      }
    },
    close: () => database.close(),
  };
}
