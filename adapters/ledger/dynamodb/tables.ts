import { isPeoples } from "../keys.ts";
import type { Key } from "../store.ts";

/**
 * The three tables, as data: what the stack creates and what the emulator gets. Both are keyed by `pk` and `sk`, both text, and paid by request;
 * no secondary index, for everything is read by key, strongly consistent (the list of open incidents too: `shards` in `../keys.ts`).
 */
export interface TableDefinition {
  readonly partitionKey: { readonly name: string; readonly type: "S" };
  readonly sortKey: { readonly name: string; readonly type: "S" };
  readonly billing: "PAY_PER_REQUEST";
  readonly pointInTimeRecovery: true;
  readonly deletionProtection: true;
  /** What of an item goes into the table's stream, where it has one. */
  readonly stream?: "NEW_IMAGE";
  /** All that any function may do to its items. In a transaction each step needs the permission of its kind. */
  readonly actions: readonly `dynamodb:${string}`[];
}

const keyed = {
  partitionKey: { name: "pk", type: "S" },
  sortKey: { name: "sk", type: "S" },
  billing: "PAY_PER_REQUEST",
  pointInTimeRecovery: true,
  deletionProtection: true,
} as const;

export const tables = {
  /** pk: incident id (or `REJECTED#<day>`); sk: number with eight digits. Written once, never changed. */
  records: { ...keyed, stream: "NEW_IMAGE", actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"] },
  /** What `../keys.ts` names. */
  state: {
    ...keyed,
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  },
  /** What people say: stop switches, answers. Apart from the state, so that whoever may write that cannot speak for a person. */
  people: { ...keyed, actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"] },
} as const satisfies Readonly<Record<string, TableDefinition>>;

/** How partitions begin in State and People (`../keys.ts` makes them; a `*` stands for the rest), for permissions that go by partition. */
export const partitions = {
  state: ["OPEN#*", "OPENED#*", "INCIDENT#*", "CLUSTER#*", "TOKEN#*"],
  people: ["STOP", "ANSWER#*"],
} as const;

/** Names of the tables, as deployed. */
export interface TableNames {
  readonly records: string;
  readonly state: string;
  readonly people: string;
}

/** The table of a key that is no record's. */
export const tableOf = (key: Pick<Key, "pk">, { state, people }: TableNames): string => (isPeoples(key) ? people : state);
