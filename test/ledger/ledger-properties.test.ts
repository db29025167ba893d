import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { it } from "vitest";
import { ledgerOver } from "../../adapters/ledger/ledger.ts";
import { openDatabase } from "../../adapters/ledger/sqlite/schema.ts";
import { sqliteStore } from "../../adapters/ledger/sqlite/store.ts";
import { type Ledger, Unreachable } from "../../kernel/ports.ts";
import { type ClusterState, type Entry, type LedgerView, some } from "../../kernel/types/index.ts";
import { type Faults, faulty } from "../support/ledger-faults.ts";
import { holds, type Tally, unsettled } from "../support/ledger-promises.ts";
import { alert, allowWrites, at, closed, faulted, nonce, opening, outcome, seen, take } from "../support/ledger-values.ts";

const connections = 3;
const keys = ["web", "api"] as const;
const step = fc.record({
  do: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("join", "look", "append", "permit", "fresh-permit", "settle", "conclude") },
    { weight: 1, arbitrary: fc.constantFrom("end", "close", "raise", "break", "stop", "resume", "resume") },
  ),
  key: fc.constantFrom(...keys),
  alert: fc.integer({ min: 1, max: 6 }),
  /** Whose connection, and with it whose memory of what it saw. */
  by: fc.integer({ min: 0, max: connections - 1 }),
});
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never) & { readonly now: number };

/** One of several processes: what it saw may be old. */
interface Actor {
  readonly ledger: Ledger;
  readonly saw: Map<string, LedgerView>;
}

async function act({ ledger, saw }: Actor, { do: what, key, alert: number, now }: Step, tally: Tally): Promise<void> {
  const moment = at(now);
  const scope = { of: "namespace", namespace: key } as const;
  const view = saw.get(key);
  switch (what) {
    case "join":
    case "end": {
      const one = alert(`a-${number}`, what === "end" ? { ends: at(500) } : {});
      const did = await ledger.openOrJoin(opening([one], { scope }), moment);
      if (did.did === "nothing-open") return;
      tally.ids.add(did.id);
      saw.set(key, await seen(ledger, did.id));
      return;
    }
    case "look":
      if (view) saw.set(key, await seen(ledger, view.head.id));
      return;
    case "append":
    case "conclude":
    case "settle":
    case "close": {
      if (!view) return;
      const outcomes = unsettled(view).map((hash) => outcome(hash, "applied"));
      const entries = {
        append: [faulted("one"), faulted("two")],
        conclude: [faulted("three")],
        settle: outcomes,
        close: [...outcomes, closed],
      };
      const all = some<Entry>(entries[what]);
      const after =
        all && (await ledger.append(view, all, "Decide", moment, what === "conclude" ? broken(view.cluster, number) : undefined));
      if (after && after !== "conflict") saw.set(key, after);
      return;
    }
    case "permit":
    case "fresh-permit": {
      const before = view && what === "fresh-permit" ? await seen(ledger, view.head.id) : view;
      if (before && typeof (await take(ledger, before, moment)) !== "string") tally.permits++;
      return;
    }
    case "raise":
      if (view) await ledger.raiseRun(view.head.id, view.head.run);
      return;
    case "break":
      if (view) await ledger.setCluster("prod", view.cluster, broken(view.cluster, number));
      return;
    case "stop":
      return ledger.setSwitch("all", { state: "on", by: "jo", since: moment, why: "a look first" });
    case "resume":
      return allowWrites(ledger);
  }
}

const broken = (cluster: ClusterState, times: number): ClusterState => ({
  ...cluster,
  version: cluster.version + 1,
  failed: { "evict-pod": times },
});

async function play(rounds: readonly (readonly Step[])[], faults: Faults): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "ledger-"));
  const files = Array.from({ length: connections }, () => openDatabase(join(dir, "ledger.db")));
  const actors = files.map((file): Actor => ({ ledger: ledgerOver(faulty(sqliteStore(file), faults), nonce), saw: new Map() }));
  const file = openDatabase(join(dir, "ledger.db"));
  const reader = ledgerOver(sqliteStore(file), nonce);
  const tally: Tally = { ids: new Set(), permits: 0 };
  try {
    await allowWrites(reader);
    for (const steps of rounds) {
      await Promise.all(steps.map((one) => act(actors[one.by] as Actor, one, tally).catch(pass)));
      await holds(reader, tally);
    }
  } finally {
    for (const one of [...files, file]) one.close();
    rmSync(dir, { recursive: true });
  }
}

/** No answer is an answer that callers must live with. */
function pass(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}

/** The steps of a round are under way at the same time. A lease lasts 120 s, a round 40 s. */
const rounds = fc
  .array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 25 })
  .map((all) => all.map((steps, round) => steps.map((one): Step => ({ ...one, now: round * 40 }))));

/** Gives the values again and again. */
function around<T>(values: readonly T[]): () => T {
  let count = 0;
  return () => values[count++ % values.length] as T;
}

/** Lets others go first, a little or more. */
const patterns = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 20 });
function waiting(ticks: readonly number[]): () => Promise<void> {
  const next = around(ticks);
  return async () => {
    for (let left = next(); left > 0; left--) await undefined;
  };
}

it("keeps its promises in any order of what happens", () =>
  fc.assert(
    fc.asyncProperty(rounds, patterns, (steps, ticks) => play(steps, { before: waiting(ticks) })),
    { numRuns: 40 },
  ));

it("keeps them where answers are lost", () =>
  fc.assert(
    fc.asyncProperty(rounds, patterns, fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (steps, ticks, losses) =>
      play(steps, { before: waiting(ticks), lose: around(losses) }),
    ),
    { numRuns: 20 },
  ));
