import { attributes, keyAttributes } from "../../adapters/ledger/dynamodb/marshal.ts";
import type { Change } from "../../adapters/ledger/dynamodb/stream.ts";
import { recordWrite } from "../../adapters/ledger/items.ts";
import { rejectionKey } from "../../adapters/ledger/keys.ts";
import type { Fields, Key } from "../../adapters/ledger/store.ts";
import { canonical } from "../../kernel/digest.ts";
import type { Rejection } from "../../kernel/ports.ts";
import type { LedgerRecord } from "../../kernel/types/index.ts";

/** What DynamoDB's stream tells of an item that was put into Records. Numbers go on from `from`. */
function change(key: Key, fields: Fields, number: number): Change {
  const NewImage = { ...keyAttributes(key), ...attributes(fields) };
  return { eventID: `e${number}`, eventName: "INSERT", dynamodb: { SequenceNumber: String(number), Keys: keyAttributes(key), NewImage } };
}

/** Of these records, as the ledger has written them, in their order. */
export const changesOf = (records: readonly LedgerRecord[], from = 1): readonly Change[] =>
  records.map((record, index) => {
    const write = recordWrite(record);
    if (write.do !== "record") throw new TypeError("records are put");
    return change(write.key, write.fields, from + index);
  });

/** Of an alert that was not taken. */
export const changeOf = (rejection: Rejection, number = 1): Change =>
  change(
    rejectionKey(rejection.at.slice(0, 10), rejection.body, rejection.index),
    { type: "rejected", written: rejection.at, body: canonical(rejection) },
    number,
  );
