import { CelScalar, celEnv, celFunc, celMethod, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";

type Parsed = ReturnType<typeof parse>;
type Expr = NonNullable<Parsed["expr"]>;
type Loop = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];
type Evaluate = ReturnType<typeof plan>;

/** Turns of all loops together, for one pod: a few milliseconds. Two loops in each other over 40 labels are 1,640. */
export const mostTurns = 2000;

/**
 * The expression, to be evaluated; undefined is the answer where its loops (`all`, `exists`, `filter`, `map`) take more turns than that. Neither how they
 * are nested nor what a pod carries may decide how long it takes, here, for each pod there is; the API server ends what costs too much as well.
 */
export function bounded(parsed: Parsed): (...of: Parameters<Evaluate>) => ReturnType<Evaluate> | undefined {
  let turns = 0;
  const another = celFunc("another", [], CelScalar.BOOL, () => {
    turns++;
    if (turns > mostTurns) throw new Error("too many turns");
    return true;
  });
  for (const loop of loops(parsed.expr)) loop.loopCondition = asking(loop.loopCondition);
  const evaluate = plan(celEnv({ funcs: [...functions, another] }), parsed);
  return (...of) => {
    turns = 0;
    const value = evaluate(...of);
    // Whatever it is then: an `||` may have swallowed that a loop was cut off.
    return turns > mostTurns ? undefined : value;
  };
}

function* loops(node: unknown): Generator<Loop> {
  if (typeof node !== "object" || node === null) return;
  for (const part of Object.values(node)) yield* loops(part);
  if ("$typeName" in node && node.$typeName === "cel.expr.Expr.Comprehension") yield node as Loop;
}

/** `another() && condition`. */
function asking(condition: Expr | undefined): Expr | undefined {
  const { expr } = parse("another() && true");
  if (condition && expr?.exprKind.case === "callExpr") expr.exprKind.value.args[1] = condition;
  return expr;
}

/** The library's own copies the whole text for each find, which takes minutes for the longest annotation there may be; and -1 means none to it, not all. */
const replace = celMethod("replace", CelScalar.STRING, [CelScalar.STRING, CelScalar.STRING], CelScalar.STRING, function (from, to) {
  return this.replaceAll(from, () => to);
});
const functions = [...strings.filter(({ name }) => name !== replace.name), replace];
