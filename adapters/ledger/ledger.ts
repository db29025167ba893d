import { canonical } from "../../kernel/digest.ts";
import { type Ledger, type Rejection, Unreachable } from "../../kernel/ports.ts";
import type { ClusterState, Instant, Kind, LedgerView } from "../../kernel/types/index.ts";
import { append } from "./append.ts";
import { document, parse } from "./document.ts";
import { clusterOf, clusterWrite, openedOf, switchOf } from "./items.ts";
import { clusterKey, headKey, rejectedPartition, rejectionKey, shards, stopKey, tokenKey, wholeRange } from "./keys.ts";
import { openOrJoin } from "./opening.ts";
import { type Intent, permit, permitOf } from "./permit.ts";
import { mustFollow } from "./rules.ts";
import type { Store } from "./store.ts";
import { readView } from "./view.ts";

/** A text that no other call of any process gets, such as a random UUID: by it a writer knows its own record. */
export type Nonce = () => string;

/** The ledger's meaning, once, over either database. */
export function ledgerOver(store: Store, random: Nonce): Ledger {
  const cluster = async (name: string): Promise<ClusterState> => clusterOf(await store.get(clusterKey(name)), name);
  return {
    openOrJoin: (opening, now, by = "ingest") => openOrJoin(store, opening, { now, by, nonce: random() }),
    view: (id) => readView(store, id),
    append: (seen, entries, by, written, next) => append(store, seen, entries, { written, by, nonce: random() }, next),
    permit: <K extends Kind>(seen: LedgerView, intent: Intent<K>, next: ClusterState, by: string, written: Instant) =>
      permit(store, seen, intent, next, { written, by, nonce: random() }),
    permitOf,
    cluster,
    setCluster: async (name, seen, next) => {
      mustFollow(seen, next);
      try {
        const refused = await store.transact([clusterWrite(name, seen, next)], random());
        return refused.length === 0;
      } catch (error) {
        if (error instanceof Unreachable && canonical(await cluster(name)) === canonical(next)) return true;
        throw error;
      }
    },
    open: async () => {
      const items = (await Promise.all(shards.map((shard) => store.list(shard, ...wholeRange)))).flat();
      return items.sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1)).map(({ fields }) => openedOf(fields));
    },
    raiseRun: async (id, seen) => {
      const when = { is: { open: true, run: seen } };
      const refused = await store.transact([{ do: "update", key: headKey(id), fields: { run: seen + 1 }, when }], random());
      return refused.length === 0;
    },
    setSwitch: async (of, to) => {
      await store.transact([{ do: "put", key: stopKey(of), fields: { ...to } }], random());
    },
    switchOf: async (of) => switchOf(await store.get(stopKey(of))),
    reject: async (rejection) => {
      const { at, body, index } = rejection;
      const key = rejectionKey(at.slice(0, "2026-11-02".length), body, index);
      // Refused means that it is on record already.
      await store.transact(
        [{ do: "record", key, fields: { type: "rejected", written: at, body: document(rejection, `rejection ${index} of ${body}`) } }],
        random(),
      );
    },
    rejections: async (day) => {
      const items = await store.records(rejectedPartition(day), wholeRange[1]);
      const all = items.map(({ key, fields }) => parse<Rejection>(fields.body, `${key.pk} ${key.sk}`));
      return all.sort((a, b) => (a.at === b.at ? a.index - b.index : a.at < b.at ? -1 : 1));
    },
    putToken: async (id, token) => {
      await store.transact([{ do: "put", key: tokenKey(id), fields: { token } }], random());
    },
    token: async (id) => {
      const token = (await store.get(tokenKey(id)))?.token;
      return typeof token === "string" ? token : undefined;
    },
  };
}
