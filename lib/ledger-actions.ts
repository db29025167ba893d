import type { LedgerUse } from "../lambdas/contract.ts";

type Action = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";

/** What one use of the ledger does to the items of the two tables. Each step of a transaction needs the permission of its kind. */
export interface Touches {
  readonly records: readonly Extract<Action, "GetItem" | "Query" | "PutItem">[];
  readonly state: readonly Action[];
}

/** Held to the ledger itself by a test that notes what each method does. */
export const touches: Readonly<Record<LedgerUse, Touches>> = {
  view: { records: ["Query"], state: ["GetItem", "Query"] },
  append: { records: ["PutItem", "GetItem"], state: ["UpdateItem"] },
  close: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "DeleteItem", "PutItem"] },
  conclude: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "PutItem"] },
  openOrJoin: { records: ["PutItem", "GetItem"], state: ["GetItem", "Query", "PutItem", "UpdateItem"] },
  permit: { records: ["PutItem", "GetItem"], state: ["UpdateItem", "PutItem", "ConditionCheckItem"] },
  permitOf: { records: [], state: [] },
  cluster: { records: [], state: ["GetItem"] },
  setCluster: { records: [], state: ["PutItem", "GetItem"] },
  open: { records: [], state: ["Query"] },
  raiseRun: { records: [], state: ["UpdateItem"] },
  setSwitch: { records: [], state: ["PutItem"] },
  switchOf: { records: [], state: ["GetItem"] },
  reject: { records: ["PutItem"], state: [] },
  rejections: { records: ["Query"], state: [] },
  putToken: { records: [], state: ["PutItem"] },
  token: { records: [], state: ["GetItem"] },
};

/** All that several uses do together, each action once. */
export function touched(uses: readonly LedgerUse[]): Touches {
  return {
    records: [...new Set(uses.flatMap((use) => touches[use].records))].sort(),
    state: [...new Set(uses.flatMap((use) => touches[use].state))].sort(),
  };
}
