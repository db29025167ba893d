import { type Document, isMap, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import * as z from "zod/mini";
import { UsageError } from "../mistakes.ts";

export type Path = readonly (string | number)[];

/** One Kubernetes object of a file, and how to say where something of it stands. */
export interface Written {
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Counted from 1; of what is there on the way, where the path leads to nothing. */
  line(path: Path): number;
  wrong(path: Path, says: string): UsageError;
}

/** The objects of a file with one or several documents, YAML or JSON, also those in lists. Throws `UsageError`: `file:line:column: ...`. */
export function objectsIn(text: string, file: string): readonly Written[] {
  const lines = new LineCounter();
  const documents: readonly Document[] = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })];
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const chart = text.includes("{{") ? " (a chart must be rendered first, as by helm template)" : "";
    throw new UsageError(`${file}:${line}:${col}: is not YAML: ${broken.message}${chart}`);
  }
  return documents.flatMap((document) => {
    const value = contentOf(document, file);
    const at = (path: Path) => lines.linePos(offsetOf(document.contents as Node | null, path));
    if (value === null || value === undefined) return [];
    if (!isRecord(value) || !Array.isArray(value.items)) return [written(value, [], file, at)];
    return value.items.map((item: unknown, index) => written(item, ["items", index], file, at));
  });
}

/** Aliases of aliases may stand for more than fits into memory: that is refused here. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${error instanceof Error ? error.message : "its aliases"}`);
  }
}

function written(value: unknown, base: Path, file: string, at: (path: Path) => { readonly line: number; readonly col: number }): Written {
  const wrong = (path: Path, says: string) => {
    const { line, col } = at([...base, ...path]);
    return new UsageError(`${file}:${line}:${col}: ${path.length > 0 ? `${path.join(".")} ` : ""}${says}`);
  };
  if (!isRecord(value) || typeof value.kind !== "string") throw wrong([], "is no Kubernetes object: it has no kind");
  return { kind: value.kind, value, line: (path) => at([...base, ...path]).line, wrong };
}

function offsetOf(node: Node | null, path: Path): number {
  let at: unknown = node;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    at = isMap(at) || isSeq(at) ? at.get(part, true) : undefined;
    const found = (at as Node | undefined)?.range?.[0];
    if (found === undefined) return offset;
    offset = found;
  }
  return offset;
}

/** What stands at `path` of the object, as the schema has it. Throws `UsageError` at the place where it is otherwise. */
export function parsed<S extends z.core.$ZodType>(schema: S, object: Written, path: Path = []): z.output<S> {
  const value = within(object.value, path);
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const inner = (issue?.path ?? []).map((part) => (typeof part === "number" ? part : String(part)));
  const expected = issue?.code === "invalid_type" ? issue.expected : "otherwise";
  const is = within(value, inner);
  // The commonest: `true` and `1` are no text, until they are in quotes.
  const bare = expected === "string" && (typeof is === "boolean" || typeof is === "number");
  throw object.wrong([...path, ...inner], bare ? `must be text: put ${String(is)} in quotes` : `must be ${expected}`);
}

export const within = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
