import { partitions } from "../adapters/ledger/dynamodb/tables.ts";
import type { LedgerUse } from "../lambdas/contract.ts";

const reads = ["GetItem", "Query"] as const;
const writes = ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] as const;
type Action = (typeof reads | typeof writes)[number];
export type Partition<T extends keyof typeof partitions = keyof typeof partitions> = (typeof partitions)[T][number];

/** What one use of the ledger does to the three tables, in State and People with the partition. Each step of a transaction needs the permission of its kind. */
export interface Touches {
  readonly records: readonly Extract<Action, "GetItem" | "Query" | "PutItem">[];
  readonly state: readonly `${Exclude<Action, "ConditionCheckItem">} ${Partition<"state">}`[];
  readonly people: readonly `${Extract<Action, "GetItem" | "PutItem" | "ConditionCheckItem">} ${Partition<"people">}`[];
}

const recording = ["PutItem", "GetItem"] as const;

/** Held to the ledger itself by a test that notes what each method does. */
export const touches: Readonly<Record<LedgerUse, Touches>> = {
  view: { records: ["Query"], state: ["Query INCIDENT#*", "GetItem CLUSTER#*"], people: ["GetItem STOP"] },
  append: { records: recording, state: ["UpdateItem INCIDENT#*"], people: [] },
  close: {
    records: recording,
    state: ["UpdateItem INCIDENT#*", "UpdateItem OPEN#*", "DeleteItem OPENED#*", "DeleteItem TOKEN#*", "PutItem CLUSTER#*"],
    people: [],
  },
  conclude: { records: recording, state: ["UpdateItem INCIDENT#*", "PutItem CLUSTER#*"], people: [] },
  answer: { records: recording, state: ["UpdateItem INCIDENT#*"], people: ["PutItem ANSWER#*"] },
  openOrJoin: {
    records: recording,
    state: [
      "GetItem OPEN#*",
      "GetItem INCIDENT#*",
      "Query INCIDENT#*",
      "PutItem OPEN#*",
      "PutItem OPENED#*",
      "PutItem INCIDENT#*",
      "UpdateItem INCIDENT#*",
    ],
    people: [],
  },
  permit: {
    records: recording,
    state: ["UpdateItem INCIDENT#*", "PutItem CLUSTER#*"],
    people: ["ConditionCheckItem STOP", "ConditionCheckItem ANSWER#*"],
  },
  permitOf: { records: [], state: [], people: [] },
  cluster: { records: [], state: ["GetItem CLUSTER#*"], people: [] },
  setCluster: { records: [], state: ["PutItem CLUSTER#*", "GetItem CLUSTER#*"], people: [] },
  open: { records: [], state: ["Query OPENED#*"], people: [] },
  raiseRun: { records: [], state: ["UpdateItem INCIDENT#*"], people: [] },
  setSwitch: { records: [], state: [], people: ["PutItem STOP"] },
  switchOf: { records: [], state: [], people: ["GetItem STOP"] },
  reject: { records: ["PutItem"], state: [], people: [] },
  rejections: { records: ["Query"], state: [], people: [] },
  putToken: { records: [], state: ["PutItem TOKEN#*"], people: [] },
  token: { records: [], state: ["GetItem TOKEN#*"], people: [] },
};

/** All that several uses do together, each once. */
export function touched(uses: readonly LedgerUse[]): Touches {
  return {
    records: [...new Set(uses.flatMap((use) => touches[use].records))].sort(),
    state: [...new Set(uses.flatMap((use) => touches[use].state))].sort(),
    people: [...new Set(uses.flatMap((use) => touches[use].people))].sort(),
  };
}

/** Actions on one table, and the partitions in which they are denied. */
export interface Rights {
  readonly actions: readonly Action[];
  readonly never: readonly Partition[];
}

/**
 * What these uses come to on State or People: the actions, and for reading and for writing each the partitions that none of them is for. Writing is one
 * sort: it is not documented whether IAM looks at the key of one step or at those of the whole transaction, and so it is right in both cases.
 */
export function rightsOn(table: keyof typeof partitions, uses: readonly LedgerUse[]): readonly Rights[] {
  const all = touched(uses)[table].map((touch) => touch.split(" ") as [Action, Partition]);
  return [reads, writes].flatMap((sort: readonly Action[]) => {
    const own = all.filter(([action]) => sort.includes(action));
    const never = partitions[table].filter((one) => !own.some(([, partition]) => partition === one));
    return own.length > 0 ? [{ actions: [...new Set(own.map(([action]) => action))], never }] : [];
  });
}
