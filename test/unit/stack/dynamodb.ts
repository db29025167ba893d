import type { AttributeValue } from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;
interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}
interface Step extends Condition {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly UpdateExpression?: string;
}
type Kind = "Put" | "Update" | "ConditionCheck" | "Delete";
export interface Input extends Condition {
  readonly TableName: string;
  readonly Key: Item;
  readonly KeyConditionExpression: string;
  readonly TransactItems: readonly Partial<Record<Kind, Step>>[];
}

/** As much of DynamoDB as our ledger asks of it, in memory; `items` are to be looked at, and to be damaged. */
export class Tables {
  readonly items = new Map<string, Item>();

  answer(action: string, input: Input): { readonly status: number; readonly body: object } {
    if (action === "GetItem") {
      const item = this.items.get(place(input.TableName, input.Key));
      return { status: 200, body: item ? { Item: item } : {} };
    }
    if (action === "Query") return { status: 200, body: { Items: this.#query(input) } };
    return this.#transact(input.TransactItems);
  }

  #query({ TableName, KeyConditionExpression, ExpressionAttributeValues: values = {} }: Input): readonly Item[] {
    const pk = values[":pk"]?.S ?? "";
    const from = values[":from"]?.S ?? "";
    const to = (values[":to"] ?? values[":last"])?.S;
    if (!/^pk = :pk(?: AND sk (?:BETWEEN :from AND :to|<= :last))?$/.test(KeyConditionExpression)) throw new Error(KeyConditionExpression);
    const own = [...this.items].filter(([at]) => at.startsWith(`${TableName} ${pk} `)).map(([, item]) => item);
    const within = own.filter(({ sk }) => (sk?.S ?? "") >= from && (to === undefined || (sk?.S ?? "") <= to));
    return within.sort((a, b) => ((a.sk?.S ?? "") < (b.sk?.S ?? "") ? -1 : 1));
  }

  #transact(steps: Input["TransactItems"]) {
    const all = steps.map((step) => Object.entries(step)[0] as [Kind, Step]);
    const held = all.map(([, step]) => this.#holds(step));
    if (!held.every((holds) => holds)) {
      const CancellationReasons = held.map((holds) => ({ Code: holds ? "None" : "ConditionalCheckFailed" }));
      return { status: 400, body: { __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", CancellationReasons } };
    }
    for (const [kind, step] of all) this.#do(kind, step);
    return { status: 200, body: {} };
  }

  #holds(step: Step): boolean {
    const { ConditionExpression: text, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = step;
    const item = this.items.get(place(step.TableName, step.Item ?? step.Key ?? {}));
    if (text === undefined) return true;
    if (text === "attribute_not_exists(pk)") return item === undefined;
    return text.split(" AND ").every((term) => {
      const [name = "", value = ""] = term.split(" = ");
      return item !== undefined && JSON.stringify(item[names[name] ?? ""]) === JSON.stringify(values[value]);
    });
  }

  #do(kind: Kind, step: Step): void {
    const at = place(step.TableName, step.Item ?? step.Key ?? {});
    if (kind === "Put" && step.Item) this.items.set(at, step.Item);
    if (kind === "Delete") this.items.delete(at);
    if (kind === "Update") this.items.set(at, { ...this.items.get(at), ...changes(step) });
  }
}

const place = (table: string, { pk, sk }: Item): string => `${table} ${pk?.S} ${sk?.S}`;

function changes({ UpdateExpression = "", ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Step): Item {
  const terms = UpdateExpression.replace(/^SET /, "").split(", ");
  return Object.fromEntries(
    terms.map((term) => [names[term.split(" = ")[0] ?? ""] ?? "", values[term.split(" = ")[1] ?? ""] ?? { S: "" }]),
  );
}
