import { inspect } from "node:util";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { openDynamoLedger } from "../../adapters/ledger/dynamodb/open.ts";
import { dynamoStore } from "../../adapters/ledger/dynamodb/store.ts";
import { tables } from "../../adapters/ledger/dynamodb/tables.ts";
import { Unreachable } from "../../kernel/ports.ts";
import { ledgerContract } from "../ledger/contract.ts";
import { cancelling, connect, createTables, faulty, noting } from "../support/dynamodb.ts";
import {
  alert,
  allowWrites,
  answered,
  appended,
  at,
  closed,
  faulted,
  nonce,
  opened,
  opening,
  openingOf,
  seen,
  settled,
  sha,
  take,
} from "../support/ledger-values.ts";
import { type Ministack, startMinistack } from "../support/ministack.ts";

let emulator: Ministack | undefined;
beforeAll(async () => {
  emulator = await startMinistack();
}, 600_000);
afterAll(() => emulator?.stop());

function client(): DynamoDBClient {
  if (emulator === undefined) throw new Error("the emulator does not run");
  const one = connect(emulator.endpoint);
  onTestFinished(() => one.destroy());
  return one;
}

let made = 0;
const empty = () => createTables(client(), `${++made}`);

ledgerContract("DynamoDB", async () => {
  const names = await empty();
  const shared = client();
  return {
    open: (faults) => openDynamoLedger({ client: faults ? faulty(client(), faults) : shared, tables: names, random: nonce }),
    stop: async () => undefined,
  };
});

it("does to its tables what they say, from the first alert to the end, and to Records no more than Put", async () => {
  const done = new Set<string>();
  const names = await empty();
  const ledger = openDynamoLedger({ client: noting(client(), (what) => done.add(what)), tables: names, random: nonce });
  await allowWrites(ledger);
  const view = await opened(ledger, openingOf("web"));
  await ledger.openOrJoin(opening([alert("late")], { scope: openingOf("web").scope }), at(1));
  const approved = await appended(ledger, await seen(ledger, view.head.id), answered(true));
  await take(ledger, approved, at(1));
  // Refused, so that it looks whose record stands there.
  await take(ledger, view, at(1));
  await appended(ledger, await settled(ledger, view.head.id), closed);
  await ledger.reject({ at: at(2), body: sha("a body"), index: 0, reason: "no cluster" });
  await ledger.rejections("2026-11-02");
  const action = (what: string) => `dynamodb:${what.replace("Command", "").replace(/^(Put|Update|Delete|ConditionCheck)$/, "$1Item")}`;
  const to = (table: string) => [...done].flatMap((what) => (what.endsWith(` ${table}`) ? [action(what.split(" ")[0] ?? "")] : [])).sort();
  expect(to(names.records)).toEqual([...tables.records.actions].sort());
  expect(to(names.state)).toEqual([...tables.state.actions].sort());
  expect(to(names.people)).toEqual([...tables.people.actions].sort());
});

it("tries again when its transaction met another", async () => {
  const names = await empty();
  const view = await opened(openDynamoLedger({ client: client(), tables: names, random: nonce }), openingOf("web"));
  let met = 0;
  const busy = cancelling(client(), () => (met++ < 5 ? ["None", "TransactionConflict", "ThrottlingError"] : undefined));
  const after = await appended(openDynamoLedger({ client: busy, tables: names, random: nonce }), view, faulted("one"));
  expect(after.head.seq).toBe(2);
  expect(met).toBe(6);
});

it("is unreachable when it meets others each time", async () => {
  const names = await empty();
  const busy = cancelling(client(), () => ["TransactionConflict"]);
  const write = { do: "put", key: { pk: "a", sk: "b" }, fields: {} } as const;
  await expect(dynamoStore(busy, names).transact([write], nonce())).rejects.toThrow(Unreachable);
});

it("takes a refused step for the answer, even where another step met somebody", async () => {
  const names = await empty();
  const ledger = openDynamoLedger({ client: client(), tables: names, random: nonce });
  await allowWrites(ledger);
  const view = await opened(ledger, openingOf("web"));
  const codes = ["TransactionConflict", "None", "None", "None", "ConditionalCheckFailed"];
  const stopped = openDynamoLedger({ client: cancelling(client(), () => codes), tables: names, random: nonce });
  expect(await take(stopped, view, at(1))).toBe("stopped");
});

it("is unreachable, in time and without a word of what was sent, when nobody answers", async () => {
  const began = performance.now();
  const ledger = openDynamoLedger({
    client: connect("http://127.0.0.1:9"),
    tables: { records: "r", state: "s", people: "p" },
    random: nonce,
  });
  const failed = await ledger.setSwitch("all", { state: "on", by: "jo", since: at(0), why: "a-secret" }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Unreachable);
  expect(inspect(failed, { depth: 9 })).not.toContain("a-secret");
  expect(performance.now() - began).toBeLessThan(15_000);
});

it("says that a request is wrong instead of calling it a matter of time", async () => {
  const store = dynamoStore(client(), await empty());
  const write = { do: "put", key: { pk: "", sk: "b" }, fields: {} } as const;
  const failed = await store.transact([write], nonce()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(failed).not.toBeInstanceOf(Unreachable);
});

it("does one transaction for one token", async () => {
  const store = dynamoStore(client(), await empty());
  const token = nonce();
  const write = { do: "put", key: { pk: "a", sk: "b" }, fields: { n: 1 }, when: "absent" } as const;
  expect(await store.transact([write], token)).toEqual([]);
  expect(await store.transact([write], token)).toEqual([]);
  expect(await store.transact([write], nonce())).toEqual([0]);
});
