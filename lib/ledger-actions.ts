import type { LedgerUse } from "../lambdas/contract.ts";

type Action = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";

/** What one use of the ledger does to the items of the three tables. Each step of a transaction needs the permission of its kind. */
export interface Touches {
  readonly records: readonly Extract<Action, "GetItem" | "Query" | "PutItem">[];
  readonly state: readonly Exclude<Action, "ConditionCheckItem">[];
  readonly people: readonly Extract<Action, "GetItem" | "PutItem" | "ConditionCheckItem">[];
}

/** Held to the ledger itself by a test that notes what each method does. */
export const touches: Readonly<Record<LedgerUse, Touches>> = {
  view: { records: ["Query"], state: ["GetItem", "Query"], people: ["GetItem"] },
  append: { records: ["PutItem", "GetItem"], state: ["UpdateItem"], people: [] },
  close: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "DeleteItem", "PutItem"], people: [] },
  conclude: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "PutItem"], people: [] },
  answer: { records: ["PutItem", "GetItem"], state: ["UpdateItem"], people: ["PutItem"] },
  openOrJoin: { records: ["PutItem", "GetItem"], state: ["GetItem", "Query", "PutItem", "UpdateItem"], people: [] },
  permit: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "PutItem"], people: ["ConditionCheckItem"] },
  permitOf: { records: [], state: [], people: [] },
  cluster: { records: [], state: ["GetItem"], people: [] },
  setCluster: { records: [], state: ["PutItem", "GetItem"], people: [] },
  open: { records: [], state: ["Query"], people: [] },
  raiseRun: { records: [], state: ["UpdateItem"], people: [] },
  setSwitch: { records: [], state: [], people: ["PutItem"] },
  switchOf: { records: [], state: [], people: ["GetItem"] },
  reject: { records: ["PutItem"], state: [], people: [] },
  rejections: { records: ["Query"], state: [], people: [] },
  putToken: { records: [], state: ["PutItem"], people: [] },
  token: { records: [], state: ["GetItem"], people: [] },
};

/** All that several uses do together, each action once. */
export function touched(uses: readonly LedgerUse[]): Touches {
  return {
    records: [...new Set(uses.flatMap((use) => touches[use].records))].sort(),
    state: [...new Set(uses.flatMap((use) => touches[use].state))].sort(),
    people: [...new Set(uses.flatMap((use) => touches[use].people))].sort(),
  };
}
