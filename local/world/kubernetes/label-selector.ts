import { badKey, badValue } from "./label-names.ts";
import type { LabelSelector, Labels, Requirement } from "./objects.ts";
import { badRequest } from "./status.ts";

type Matches = (labels: Labels) => boolean;

/** As in an object's `selector`: all of it must hold; nothing in it matches everything. */
export function selects(selector: LabelSelector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((each) => holds(each, labels));
}

/** `NotIn` and `DoesNotExist` also hold for what lacks the key. */
export function holds({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`);
  }
}

/** As in the query parameter `labelSelector`: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws 400 in the API server's words. */
export function parseLabelSelector(text: string): Matches {
  const tokens = new Tokens(text.match(/[^\s,()=!<>]+|!=|==|[=!,()<>]/g) ?? []);
  const requirements: Requirement[] = [];
  if (tokens.peek() !== "" && !tokens.startsRequirement())
    throw badRequest(`found '${tokens.peek()}', expected: !, identifier, or 'end of string'`);
  while (tokens.peek() !== "") {
    requirements.push(requirement(tokens));
    const comma = tokens.take();
    if (comma === "") break;
    if (comma !== ",") throw badRequest(`found '${comma}', expected: ',' or 'end of string'`);
    if (!tokens.startsRequirement()) throw badRequest(`found '${tokens.peek()}', expected: identifier after ','`);
  }
  return (labels) => requirements.every((each) => holds(each, labels));
}

class Tokens {
  readonly #all: readonly string[];
  #next = 0;
  constructor(all: readonly string[]) {
    this.#all = all;
  }
  /** Empty at the end. */
  peek(): string {
    return this.#all[this.#next] ?? "";
  }
  take(): string {
    const token = this.peek();
    this.#next++;
    return token;
  }
  isWord(): boolean {
    return /^[^=!,()<>]/.test(this.peek());
  }
  startsRequirement(): boolean {
    return this.isWord() || this.peek() === "!";
  }
  word(): string {
    if (!this.isWord()) throw unparsed(`found '${this.peek()}', expected: identifier`);
    return this.take();
  }
}

const unparsed = (says: string) => badRequest(`unable to parse requirement: ${says}`);

function requirement(tokens: Tokens): Requirement {
  if (tokens.peek() === "!") {
    tokens.take();
    return { key: keyIn(tokens), operator: "DoesNotExist" };
  }
  const key = keyIn(tokens);
  const operator = tokens.peek();
  if (operator === "" || operator === ",") return { key, operator: "Exists" };
  tokens.take();
  if (operator === "in" || operator === "notin")
    return { key, operator: operator === "in" ? "In" : "NotIn", values: valuesIn(tokens, key) };
  if (!["=", "==", "!="].includes(operator)) throw unparsed(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  const value = tokens.peek() === "" || tokens.peek() === "," ? "" : tokens.word();
  return { key, operator: operator === "!=" ? "NotIn" : "In", values: checked(key, [value]) };
}

function keyIn(tokens: Tokens): string {
  const key = tokens.word();
  const bad = badKey(key);
  if (bad) throw unparsed(`<nil>: Invalid value: "${key}": ${bad}`);
  return key;
}

function valuesIn(tokens: Tokens, key: string): string[] {
  const open = tokens.take();
  if (open !== "(") throw unparsed(`found '${open}' expected: '('`);
  for (const list: string[] = []; ; ) {
    list.push(tokens.isWord() ? tokens.take() : "");
    const end = tokens.take();
    if (end === ")") return checked(key, list);
    if (end !== ",") throw unparsed(`found '${end}', expected: ',' or ')'`);
  }
}

function checked(key: string, values: string[]): string[] {
  for (const [index, value] of values.entries()) {
    const bad = badValue(value);
    if (bad) throw unparsed(`values[${index}][${key}]: Invalid value: "${value}": ${bad}`);
  }
  return values;
}
