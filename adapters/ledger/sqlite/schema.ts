import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** How long a writer waits for another process before it gives up. A transaction takes less than a millisecond. */
const busyMilliseconds = 10_000;
const version = 1;

/** REPLACE would delete without asking the trigger for DELETE, so an INSERT on a number that is taken is refused too. */
const schema = `
CREATE TABLE IF NOT EXISTS records (pk TEXT NOT NULL, sk TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (pk TEXT NOT NULL, sk TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS records_no_update BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER IF NOT EXISTS records_no_delete BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records are never removed'); END;
CREATE TRIGGER IF NOT EXISTS records_no_replace BEFORE INSERT ON records
  WHEN EXISTS (SELECT 1 FROM records WHERE pk = NEW.pk AND sk = NEW.sk) BEGIN SELECT RAISE(ABORT, 'records are never replaced'); END;
PRAGMA user_version = ${version};
`;

/** Opens the file, or makes it, readable by its owner only (it holds task tokens). A commit is on the disk when it returns. */
export function openDatabase(path: string): DatabaseSync {
  closeSync(openSync(path, "a", 0o600));
  const db = new DatabaseSync(path, { timeout: busyMilliseconds });
  switchToWal(db);
  db.exec("PRAGMA synchronous = FULL");
  const found = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (found > version) throw new Error(`${path} was written by a newer version of this program (${found}, this one knows ${version})`);
  if (found < version) db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
  return db;
}

const busy = 5;
const switchTries = 500;

/** Processes that switch a new file at the same moment are told "locked" at once, whatever the timeout: SQLite sees a deadlock. So, again. */
function switchToWal(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!(error instanceof Error && "errcode" in error && error.errcode === busy) || attempt === switchTries) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 20);
    }
  }
}
