import { once } from "node:events";
import { openSqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import { at, nonce, openingOf, seen, take } from "./ledger-values.ts";

/** A process that races others to one permit: it waits for each word, so that all go at once. */
const told = async (word: string): Promise<void> => {
  const [said] = await once(process, "message");
  if (said !== word) throw new Error(`expected '${word}', was told '${String(said)}'`);
};
const say = (word: string): void => {
  process.send?.(word);
};

const opens = told("open");
say("here");
await opens;
const ledger = openSqliteLedger({ path: process.argv[2] ?? "", random: nonce });
const did = await ledger.openOrJoin(openingOf("web"), at(0));
if (did.did === "nothing-open") throw new Error(did.did);
const views = told("view");
say(did.id);
await views;
const view = await seen(ledger, did.id);
const takes = told("take");
say("ready");
await takes;
const permit = await take(ledger, view, at(1));
say(typeof permit === "string" ? permit : "permit");
process.disconnect();
ledger.close();
