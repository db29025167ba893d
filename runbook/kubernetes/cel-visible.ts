import type { parse } from "@bufbuild/cel";

type Expr = ReturnType<typeof parse>["expr"];

/**
 * What of the request can be told beforehand: whatever else there is (who asks, names, volumes, resources, what other plugins and webhooks
 * put in) is not known until the pod is created, and its absence here must not read as "has it not".
 */
const visible = [
  ["request", "operation"],
  ["request", "namespace"],
  ["request", "subResource"],
  ...["group", "version", "kind"].map((field) => ["request", "kind", field]),
  ...["group", "version", "resource"].map((field) => ["request", "resource", field]),
  ["object", "apiVersion"],
  ["object", "kind"],
  ...["namespace", "labels", "annotations", "ownerReferences"].map((field) => ["object", "metadata", field]),
  ...["schedulerName", "serviceAccountName", "restartPolicy", "runtimeClassName", "hostNetwork", "hostPID", "hostIPC"].map((field) => [
    "object",
    "spec",
    field,
  ]),
];
/** Of an owner reference, which is all that a list in `visible` holds. */
const ofElement = ["apiVersion", "kind", "name", "uid", "controller"];

/** The first thing in the expression that cannot be seen from here, in words; undefined where all of it can. */
export function celBlindSpot(expr: Expr | undefined, bound: ReadonlySet<string> = new Set()): string | undefined {
  if (!expr) return undefined;
  const path = pathOf(expr);
  if (path) return hidden(path, bound) ? `it looks at ${path.join(".")}` : undefined;
  const { exprKind } = expr;
  const among = (...parts: readonly (Expr | undefined)[]) => first(parts, (part) => celBlindSpot(part, bound));
  switch (exprKind.case) {
    case "selectExpr":
      return ofElement.includes(exprKind.value.field) ? among(exprKind.value.operand) : `it looks at ${exprKind.value.field} of something`;
    case "callExpr":
      return among(exprKind.value.target, ...exprKind.value.args);
    case "listExpr":
      return among(...exprKind.value.elements);
    case "structExpr":
      return among(
        ...exprKind.value.entries.flatMap(({ keyKind, value }) => [keyKind.case === "mapKey" ? keyKind.value : undefined, value]),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result, iterVar, iterVar2, accuVar } = exprKind.value;
      const inner = new Set([...bound, iterVar, iterVar2, accuVar]);
      return among(iterRange, accuInit) ?? first([loopCondition, loopStep, result], (part) => celBlindSpot(part, inner));
    }
    default:
      return undefined;
  }
}

/** `a.b["c"]` as its parts; undefined for what is more than a variable and fixed fields. */
function pathOf({ exprKind }: Expr): readonly string[] | undefined {
  if (exprKind.case === "identExpr") return [exprKind.value.name];
  if (exprKind.case === "selectExpr") return extended(exprKind.value.operand, exprKind.value.field);
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]") return undefined;
  const [operand, index] = exprKind.value.args;
  const constant = index?.exprKind.case === "constExpr" ? index.exprKind.value.constantKind : undefined;
  return constant?.case === "stringValue" ? extended(operand, constant.value) : undefined;
}

function extended(operand: Expr | undefined, field: string): readonly string[] | undefined {
  const path = operand && pathOf(operand);
  return path && [...path, field];
}

function hidden(path: readonly string[], bound: ReadonlySet<string>): boolean {
  const [root = "", field] = path;
  if (bound.has(root)) return field !== undefined && !ofElement.includes(field);
  // It is null where a pod is created.
  if (root === "oldObject") return field !== undefined;
  return !visible.some((known) => known.every((part, index) => path[index] === part));
}

function first<T>(parts: readonly T[], look: (part: T) => string | undefined): string | undefined {
  for (const part of parts) {
    const found = look(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
