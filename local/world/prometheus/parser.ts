import { duration, position, QueryError, type Token, tokens } from "./lexer.ts";
import { type Matcher, type MatchOperator, matcher } from "./matchers.ts";
import {
  type Aggregate,
  aggregates,
  type BinaryExpression,
  comparisons,
  type Expression,
  functions,
  type Grouping,
  isScalar,
  type Operator,
  setOperators,
} from "./syntax.ts";

/** From the loosest to the tightest; `^` and unary minus stand apart. */
const levels: readonly (readonly Operator[])[] = [["or"], ["and", "unless"], comparisons, ["+", "-"], ["*", "/", "%"]];

const modifiers: ReadonlySet<string> = new Set(["on", "ignoring", "bool", "group_left", "group_right"]);

const among = <T extends string>(list: readonly T[], text: string): text is T => (list as readonly string[]).includes(text);

/** Reads the part of PromQL that the practice world knows. Throws `QueryError` for everything else: never a silent empty answer. */
export function parse(query: string): Expression {
  const all = tokens(query);
  let next = 0;
  const peek = (): Token => all[next] ?? { is: "end", text: "", at: query.length };
  const take = (): Token => {
    const token = peek();
    next++;
    return token;
  };
  const fail = (token: Token, wanted = ""): never => {
    const what = token.is === "end" ? "end of input" : `${token.is} ${JSON.stringify(token.text)}`;
    throw new QueryError(
      `${position(query, token.at)}: parse error: unexpected ${what}${wanted ? `, expected ${wanted}` : ""} (as far as the practice world reads PromQL)`,
    );
  };
  const is = (text: string): boolean => peek().text === text && (peek().is === "symbol" || peek().is === "name");
  const accept = (text: string): boolean => is(text) && take() !== undefined;
  const expect = (text: string): void => {
    if (!accept(text)) fail(peek(), `"${text}"`);
  };
  const name = (): string => (peek().is === "name" ? take().text : fail(peek(), "a name"));

  const labelList = (): string[] => {
    expect("(");
    const labels: string[] = [];
    while (!accept(")")) {
      labels.push(name());
      if (!is(")")) expect(",");
    }
    return labels;
  };

  function binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const { text, is: kind } = peek();
      if ((kind !== "symbol" && kind !== "name") || !among(operators, text)) return left;
      take();
      const bool = accept("bool");
      const matching = is("on") || is("ignoring") ? { on: take().text === "on", labels: labelList() } : undefined;
      left = checked({ node: "binary", operator: text, left, right: binary(level + 1), matching, bool });
    }
  }

  function checked(expression: BinaryExpression): Expression {
    const { operator, left, right, bool, matching } = expression;
    const scalars = [left, right].filter(isScalar).length;
    if (bool && !among(comparisons, operator)) throw new QueryError("parse error: bool modifier can only be used on comparison operators");
    if (among(setOperators, operator) && scalars > 0)
      throw new QueryError(`parse error: set operator "${operator}" not allowed in binary scalar expression`);
    if (among(comparisons, operator) && scalars === 2 && !bool)
      throw new QueryError("parse error: comparisons between scalars must use BOOL modifier");
    if (matching && scalars > 0) throw new QueryError("parse error: vector matching only allowed between instant vectors");
    for (const side of [left, right]) wantInstant(side, "binary expression");
    return expression;
  }

  function unary(): Expression {
    if (accept("-")) return { node: "negate", argument: wantInstant(unary(), "unary expression") };
    if (accept("+")) return unary();
    const base = primary();
    if (!accept("^")) return base;
    return checked({ node: "binary", operator: "^", left: base, right: unary(), matching: undefined, bool: false });
  }

  function primary(): Expression {
    const token = take();
    if (token.is === "number") return { node: "number", value: token.value };
    if (token.is === "symbol" && token.text === "(") {
      const inner = binary(0);
      expect(")");
      return inner;
    }
    if (token.is === "symbol" && token.text === "{") return selector(undefined);
    if (token.is !== "name" || modifiers.has(token.text)) return fail(token);
    const { text } = token;
    if (among(aggregates, text) && (is("(") || is("by") || is("without"))) return aggregate(text);
    if (is("(")) return call(text, token);
    return accept("{") ? selector(text) : ranged([matcher("__name__", "=", text)]);
  }

  function aggregate(of: Aggregate): Expression {
    const grouping = (): Grouping | undefined => {
      if (!is("by") && !is("without")) return undefined;
      return { without: take().text === "without", labels: labelList() };
    };
    const before = grouping();
    expect("(");
    const argument = wantVector(binary(0), `aggregation "${of}"`);
    expect(")");
    return { node: "aggregate", name: of, grouping: before ?? grouping() ?? { without: false, labels: [] }, argument };
  }

  function call(of: string, token: Token): Expression {
    if (!among(functions, of)) throw new QueryError(`${position(query, token.at)}: parse error: unknown function with name "${of}"`);
    expect("(");
    const argument = binary(0);
    expect(")");
    const range = argument.node === "selector" && argument.rangeMs !== undefined;
    if ((of === "rate" || of === "increase") && !range)
      throw new QueryError(`parse error: expected type range vector in call to function "${of}"`);
    if (of === "absent") wantVector(argument, `call to function "${of}"`);
    if (of === "vector" && !isScalar(argument)) throw new QueryError(`parse error: expected type scalar in call to function "vector"`);
    return { node: "call", name: of, argument };
  }

  function selector(metric: string | undefined): Expression {
    const matchers = metric === undefined ? [] : [matcher("__name__", "=", metric)];
    while (!accept("}")) {
      const label = name();
      if (label === "__name__" && metric !== undefined) throw new QueryError(`parse error: metric name must not be set twice: "${metric}"`);
      const operator = take();
      if (!among<MatchOperator>(["=", "!=", "=~", "!~"], operator.text)) return fail(operator, "a label matching operator");
      const value = take();
      if (value.is !== "string") return fail(value, "a string");
      matchers.push(matcher(label, operator.text, value.text));
      if (!is("}")) expect(",");
    }
    if (matchers.every((each) => each.matches("")))
      throw new QueryError("parse error: vector selector must contain at least one non-empty matcher");
    return ranged(matchers);
  }

  function ranged(matchers: readonly Matcher[]): Expression {
    if (!accept("[")) return { node: "selector", matchers };
    const token = take();
    const rangeMs = token.is === "duration" ? duration(token.text) : undefined;
    if (rangeMs === undefined) return fail(token, "a duration");
    expect("]");
    return { node: "selector", matchers, rangeMs };
  }

  const whole = wantInstant(binary(0), "query");
  if (peek().is !== "end") fail(peek());
  return whole;
}

function wantInstant(expression: Expression, where: string): Expression {
  if (expression.node !== "selector" || expression.rangeMs === undefined) return expression;
  throw new QueryError(`parse error: the practice world takes a range vector only in rate and increase, not in ${where}`);
}
function wantVector(expression: Expression, where: string): Expression {
  if (isScalar(expression)) throw new QueryError(`parse error: expected type instant vector in ${where}, got scalar`);
  return wantInstant(expression, where);
}
