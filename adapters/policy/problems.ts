import { type Document, isMap, isScalar, type LineCounter, type Node } from "yaml";
import * as z from "zod";
import { nearest } from "./nearest.ts";
import { policySchema } from "./schema.ts";

export type Path = readonly (string | number)[];
/** One thing that is wrong: where (the path of the field), and what would be right. */
export interface Wrong {
  readonly path: Path;
  readonly says: string;
  /** The key is wrong, not what stands behind it. */
  readonly key?: true;
}
/** The same as it is told. */
export interface Problem {
  /** In the file, both counted from 1; none where there is no file to look into. */
  readonly place?: { readonly line: number; readonly column: number };
  readonly field: string;
  readonly says: string;
}
export type Placed = Problem & Required<Pick<Problem, "place">>;

/** What the schema says, in words of the policy: one for each key or value that is wrong. */
export function wrongs(issue: z.core.$ZodIssue): readonly Wrong[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        says: `is not known here${meant(key, keysAt(path)) || among(keysAt(path))}`,
        key: true,
      }));
    case "invalid_key": {
      const key = String(path.at(-1));
      const must = issue.issues[0]?.message ?? issue.message;
      return [{ path, says: `${must}${meant(key, keysAt(path.slice(0, -1)))}`, key: true }];
    }
    case "invalid_value":
      return [{ path, says: `${issue.message}${meant(String(issue.input), issue.values.map(String))}` }];
    default:
      return [{ path, says: issue.message }];
  }
}

function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `: did you mean ${near}?`;
}
const among = (known: readonly string[]): string => `: there are ${known.join(", ")}`;

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | false;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly items?: Shape;
}

/** The keys that the schema knows at a place; none where they are free. */
function keysAt(path: Path): readonly string[] {
  let at = z.toJSONSchema(policySchema, { io: "input" }) as Shape | undefined;
  for (const part of path) at = typeof part === "number" ? at?.items : (at?.properties?.[part] ?? (at?.additionalProperties || undefined));
  return at?.properties ? Object.keys(at.properties) : (at?.propertyNames?.enum ?? []);
}

/** Where in the file: of the value, of the key where that is wrong, else of what is nearest around it. */
export function placed({ path, says, key }: Wrong, document: Document, lines: LineCounter): Placed {
  const offset = offsetOf(document.contents, path, key === true);
  const { line, col } = lines.linePos(offset);
  return { place: { line: Math.max(1, line), column: Math.max(1, col) }, field: fieldOf(path), says };
}

function offsetOf(node: Node | null, path: Path, key: boolean): number {
  let at: unknown = node;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    const pair = isMap(at) ? at.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part)) : undefined;
    const keyNode = pair?.key as Node | undefined;
    at = pair ? pair.value : ((at as { items?: readonly unknown[] } | undefined)?.items?.[Number(part)] ?? undefined);
    const found = (last && key ? undefined : (at as Node | null | undefined)?.range?.[0]) ?? keyNode?.range?.[0];
    if (found === undefined) return offset;
    offset = found;
  }
  return offset;
}

/** `alerts[0].match`, as people write it. */
export const fieldOf = (path: Path): string =>
  path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`)).join("");
