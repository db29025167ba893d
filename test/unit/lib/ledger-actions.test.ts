import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { partitions, tableOf } from "../../../adapters/ledger/dynamodb/tables.ts";
import { ledgerOver } from "../../../adapters/ledger/ledger.ts";
import { openDatabase } from "../../../adapters/ledger/sqlite/schema.ts";
import { sqliteStore } from "../../../adapters/ledger/sqlite/store.ts";
import type { Key, Store, Write } from "../../../adapters/ledger/store.ts";
import { type Ledger, Unreachable } from "../../../kernel/ports.ts";
import type { LedgerView } from "../../../kernel/types/index.ts";
import type { LedgerUse } from "../../../lambdas/contract.ts";
import { contracts } from "../../../lib/functions.ts";
import { type Partition, rightsOn, touched } from "../../../lib/ledger-actions.ts";
import {
  allowWrites,
  answered,
  appended,
  at,
  closed,
  faulted,
  nonce,
  opened,
  openingOf,
  outcome,
  seen,
  sha,
  take,
} from "../../support/ledger-values.ts";

/** What DynamoDB calls each step of a transaction. */
const actionOf: Readonly<Record<Write["do"], string>> = {
  record: "PutItem",
  put: "PutItem",
  update: "UpdateItem",
  remove: "DeleteItem",
  check: "ConditionCheckItem",
};
const names = { records: "records", state: "state", people: "people" } as const;
const tableOfKey = (key: Pick<Key, "pk">) => tableOf(key, names) as "state" | "people";

/** Whether IAM takes a key for one of the pattern. */
const fits = (pattern: Partition, pk: string): boolean => (pattern.endsWith("*") ? pk.startsWith(pattern.slice(0, -1)) : pk === pattern);

/** `PutItem OPEN#*`: an action with the one sort of partition that the key is in. */
function touching(action: string, key: Pick<Key, "pk">): string {
  const [one, ...others] = partitions[tableOfKey(key)].filter((pattern) => fits(pattern, key.pk));
  if (one === undefined || others.length > 0) throw new Error(`${key.pk} is in no partition, or in several`);
  return `${action} ${one}`;
}

/** A step of a transaction, with the key that it names. */
interface Step {
  readonly table: "records" | "state" | "people";
  readonly action: string;
  readonly pk: string;
}
const stepOf = ({ do: does, key }: Write): Step => ({
  table: does === "record" ? "records" : tableOfKey(key),
  action: actionOf[does],
  pk: key.pk,
});

/** A ledger that notes what it does to the three tables, and can lose the answer to a transaction. */
function noting() {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  const database = openDatabase(join(folder, "ledger.db"));
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  const real = sqliteStore(database);
  const noted = { records: new Set<string>(), state: new Set<string>(), people: new Set<string>() };
  let transactions: (readonly Step[])[] = [];
  let losing = false;
  const note = (action: string, key: Pick<Key, "pk">) => noted[tableOfKey(key)].add(touching(action, key));
  const store: Store = {
    get: (key) => {
      note("GetItem", key);
      return real.get(key);
    },
    list: (pk, from, to) => {
      note("Query", { pk });
      return real.list(pk, from, to);
    },
    record: (key) => {
      noted.records.add("GetItem");
      return real.record(key);
    },
    records: (pk, last) => {
      noted.records.add("Query");
      return real.records(pk, last);
    },
    transact: async (writes, token) => {
      transactions.push(writes.map(stepOf));
      for (const { do: does, key } of writes) {
        if (does === "record") noted.records.add(actionOf[does]);
        else note(actionOf[does], key);
      }
      const refused = await real.transact(writes, token);
      if (losing) throw new Unreachable("the answer was lost");
      return refused;
    },
  };
  return {
    ledger: ledgerOver(store, nonce),
    /** What is done within `work`, with answers and, on another incident, without. */
    during: async (work: () => Promise<unknown>, lost: () => Promise<unknown> = async () => {}) => {
      transactions = [];
      noted.records.clear();
      noted.state.clear();
      noted.people.clear();
      await work();
      losing = true;
      await lost();
      losing = false;
      return { records: [...noted.records].sort(), state: [...noted.state].sort(), people: [...noted.people].sort() };
    },
    /** Each that was tried there, over all tables. */
    transactions: () => transactions,
  };
}
type Noting = ReturnType<typeof noting>;

const written = async (ledger: Ledger): Promise<LedgerView> => {
  await allowWrites(ledger);
  const view = await opened(ledger, openingOf("web"));
  await take(ledger, view, at(1));
  return seen(ledger, view.head.id);
};
const intentOf = ({ story }: LedgerView) => {
  const intent = story.findLast((record) => record.type === "intent");
  if (intent?.type !== "intent") throw new Error("no intent");
  return intent;
};

/** Each use, in all its ways: alone, refused, and with the answer lost. */
const uses: Readonly<Record<LedgerUse, (on: Noting) => ReturnType<Noting["during"]>>> = {
  view: async ({ ledger, during }) => {
    const { head } = await opened(ledger, openingOf("web"));
    return during(() => ledger.view(head.id));
  },
  append: async ({ ledger, during }) => {
    const view = await opened(ledger, openingOf("web"));
    const other = await opened(ledger, openingOf("api"));
    const both = async () => {
      await appended(ledger, view, faulted("one"));
      expect(await ledger.append(view, [faulted("two")], "Decide", at(2))).toBe("conflict");
    };
    return during(both, () => appended(ledger, other, faulted("one")));
  },
  close: async ({ ledger, during }) => {
    const view = await written(ledger);
    const after = await appended(ledger, view, outcome(intentOf(view).hash, "applied"));
    expect(after.cluster).toHaveProperty("lease");
    const other = await opened(ledger, openingOf("api"));
    return during(
      () => appended(ledger, after, closed),
      () => appended(ledger, other, closed),
    );
  },
  conclude: async ({ ledger, during }) => {
    const view = await written(ledger);
    const other = await opened(ledger, openingOf("api", { cluster: "stage" }));
    const raised = { ...other.cluster, version: other.cluster.version + 1 };
    return during(
      () => appended(ledger, view, outcome(intentOf(view).hash, "applied")),
      () => ledger.append(other, [faulted("one")], "Decide", at(2), raised),
    );
  },
  answer: async ({ ledger, during }) => {
    const view = await opened(ledger, openingOf("web"));
    const other = await opened(ledger, openingOf("api"));
    const both = async () => {
      await appended(ledger, view, answered(true));
      expect(await ledger.append(view, [answered(false)], "Answer", at(2))).toBe("conflict");
    };
    return during(both, () => appended(ledger, other, answered(true)));
  },
  openOrJoin: async ({ ledger, during }) => {
    const openAndJoin = async () => {
      await ledger.openOrJoin(openingOf("web"), at(0));
      await ledger.openOrJoin({ ...openingOf("web"), alerts: openingOf("more").alerts }, at(1));
    };
    return during(openAndJoin, () => ledger.openOrJoin(openingOf("api"), at(0)));
  },
  permit: async ({ ledger, during }) => {
    await allowWrites(ledger);
    const view = await opened(ledger, openingOf("web"));
    const other = await opened(ledger, openingOf("api", { cluster: "stage" }));
    await ledger.setSwitch({ cluster: "stage" }, { state: "off" });
    const approved = await appended(ledger, view, answered(true));
    return during(
      () => take(ledger, approved, at(1)),
      () => take(ledger, other, at(1)),
    );
  },
  permitOf: async ({ ledger, during }) => {
    const view = await written(ledger);
    return during(async () => ledger.permitOf(view, intentOf(view)));
  },
  cluster: ({ ledger, during }) => during(() => ledger.cluster("prod")),
  setCluster: async ({ ledger, during }) => {
    const before = await ledger.cluster("prod");
    const next = { ...before, version: before.version + 1 };
    return during(
      () => ledger.setCluster("prod", before, next),
      () => ledger.setCluster("prod", next, { ...next, version: next.version + 1 }),
    );
  },
  open: ({ ledger, during }) => during(() => ledger.open()),
  raiseRun: async ({ ledger, during }) => {
    const { head } = await opened(ledger, openingOf("web"));
    return during(() => ledger.raiseRun(head.id, head.run));
  },
  setSwitch: ({ ledger, during }) => during(() => ledger.setSwitch("all", { state: "off" })),
  switchOf: ({ ledger, during }) => during(() => ledger.switchOf("all")),
  reject: ({ ledger, during }) => during(() => ledger.reject({ at: at(0), body: sha("a body"), index: 0, reason: "no labels" })),
  rejections: ({ ledger, during }) => during(() => ledger.rejections("2026-11-02")),
  putToken: async ({ ledger, during }) => {
    const { head } = await opened(ledger, openingOf("web"));
    return during(() => ledger.putToken(head.id, "a token"));
  },
  token: async ({ ledger, during }) => {
    const { head } = await opened(ledger, openingOf("web"));
    return during(() => ledger.token(head.id));
  },
};

describe("what a use of the ledger does to the tables is exactly what it gets permission for", () => {
  test.each(Object.keys(uses) as LedgerUse[])("%s", async (use) => {
    expect(await uses[use](noting())).toEqual(touched([use]));
  });
});

test("several uses get each action once", () => {
  expect(touched(["cluster", "setCluster", "putToken"])).toEqual({
    records: [],
    state: ["GetItem CLUSTER#*", "PutItem CLUSTER#*", "PutItem TOKEN#*"],
    people: [],
  });
});

describe("partitions that a function has no use for", () => {
  test("are denied to its reading and to its writing, each by itself", () => {
    expect(rightsOn("state", ["open", "raiseRun"])).toEqual([
      { actions: ["Query"], never: ["OPEN#*", "INCIDENT#*", "CLUSTER#*", "TOKEN#*"] },
      { actions: ["UpdateItem"], never: ["OPEN#*", "OPENED#*", "CLUSTER#*", "TOKEN#*"] },
    ]);
  });

  test("are none that a transaction of its own names: whether IAM goes by the step's key or by all of them, it is carried out", async () => {
    const tried = new Map<LedgerUse, readonly (readonly Step[])[]>();
    for (const use of Object.keys(uses) as LedgerUse[]) {
      const on = noting();
      await uses[use](on);
      tried.set(use, on.transactions());
    }
    expect(new Set(tried.get("permit")?.flatMap((steps) => steps.map(({ table }) => table)))).toEqual(
      new Set(["records", "state", "people"]),
    );
    const denied = Object.entries(contracts).flatMap(([name, { needs }]) => {
      const own = needs.switches ? (["setSwitch"] as const) : (needs.ledger ?? []);
      return own
        .flatMap((use) => tried.get(use) ?? [])
        .flatMap((steps) => {
          const all = steps.map(({ pk }) => pk);
          return steps.flatMap(({ table, action, pk }) => {
            const never = neverOf(table, action, own);
            const readings = { "by the step's key": [pk], "by all keys": all };
            return Object.entries(readings)
              .filter(([, keys]) => keys.some((key) => never.some((pattern) => fits(pattern, key))))
              .map(([reading]) => `${name}: ${action} ${table}, ${reading}`);
          });
        });
    });
    expect([...new Set(denied)]).toEqual([]);
  });
});

/** Where the action is denied in a table to a function that uses the ledger so; throws where it is not allowed at all. On Records nothing is denied. */
function neverOf(table: Step["table"], action: string, own: readonly LedgerUse[]): readonly Partition[] {
  if (table === "records") return [];
  const right = rightsOn(table, own).find(({ actions }) => (actions as readonly string[]).includes(action));
  if (!right) throw new Error(`${own.join(", ")}: ${action} is not allowed on ${table}`);
  return right.never;
}
