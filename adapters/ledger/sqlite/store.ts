import type { DatabaseSync } from "node:sqlite";
import { Unreachable } from "../../../kernel/ports.ts";
import type { Fields, Item, Key, Store, When, Write } from "../store.ts";

type Row = Record<string, unknown> | undefined;

export function sqliteStore(db: DatabaseSync): Store {
  const statements = {
    state: db.prepare("SELECT fields FROM state WHERE pk = ? AND sk = ?"),
    list: db.prepare("SELECT pk, sk, fields FROM state WHERE pk = ? AND sk BETWEEN ? AND ? ORDER BY sk"),
    record: db.prepare("SELECT fields FROM records WHERE pk = ? AND sk = ?"),
    records: db.prepare("SELECT pk, sk, fields FROM records WHERE pk = ? AND sk <= ? ORDER BY sk"),
    insert: db.prepare("INSERT INTO records (pk, sk, fields) VALUES (?, ?, ?)"),
    put: db.prepare("INSERT OR REPLACE INTO state (pk, sk, fields) VALUES (?, ?, ?)"),
    remove: db.prepare("DELETE FROM state WHERE pk = ? AND sk = ?"),
  };
  const state = ({ pk, sk }: Key) => fieldsOf(statements.state.get(pk, sk));
  const record = ({ pk, sk }: Key) => fieldsOf(statements.record.get(pk, sk));

  const isAllowed = (write: Write): boolean => {
    switch (write.do) {
      case "record":
        return record(write.key) === undefined;
      case "remove":
        return true;
      default:
        return holds(state(write.key), write.when);
    }
  };
  const apply = (write: Write): void => {
    const { pk, sk } = write.key;
    switch (write.do) {
      case "record":
        statements.insert.run(pk, sk, JSON.stringify(write.fields));
        break;
      case "put":
        statements.put.run(pk, sk, JSON.stringify(write.fields));
        break;
      case "update":
        statements.put.run(pk, sk, JSON.stringify({ ...state(write.key), ...write.fields }));
        break;
      case "remove":
        statements.remove.run(pk, sk);
        break;
      case "check":
        break;
    }
  };

  return {
    get: (key) => answer(() => state(key)),
    list: (pk, from, to) => answer(() => statements.list.all(pk, from, to).map(itemOf)),
    record: (key) => answer(() => record(key)),
    records: (pk, last) => answer(() => statements.records.all(pk, last).map(itemOf)),
    transact: (writes) =>
      answer(() =>
        atOnce(db, () => {
          const refused = writes.flatMap((write, place) => (isAllowed(write) ? [] : [place]));
          if (refused.length === 0) writes.forEach(apply);
          return refused;
        }),
      ),
  };
}

/** IMMEDIATE: the one who begins has the only pen, so what the conditions read cannot change before the commit. */
function atOnce<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    db.exec("COMMIT");
    return value;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

const fieldsOf = (row: Row): Fields | undefined => (row === undefined ? undefined : (JSON.parse(String(row.fields)) as Fields));

const itemOf = (row: Record<string, unknown>): Item => ({
  key: { pk: String(row.pk), sk: String(row.sk) },
  fields: JSON.parse(String(row.fields)) as Fields,
});

function holds(there: Fields | undefined, when: When | undefined): boolean {
  if (when === undefined) return true;
  if (when === "absent") return there === undefined;
  return there !== undefined && Object.entries(when.is).every(([name, value]) => there[name] === value);
}

/** What the database itself reports (busy, full, unreadable) passes, or is for a person to repair; all else is a mistake in the program. */
async function answer<T>(ask: () => T): Promise<T> {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Error && "errcode" in error)
      throw new Unreachable(`the ledger's file does not answer: ${error.message}`, { cause: error });
    throw error;
  }
}
