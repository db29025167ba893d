import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { digest } from "../../kernel/digest.ts";
import type { Policy } from "../../kernel/types/index.ts";
import { contradictions } from "./invariants.ts";
import { type Placed, type Problem, placed, type Wrong, wrongs } from "./problems.ts";
import { policySchema } from "./schema.ts";

/** All that is wrong with a policy: its message has a line for each, `file:line:column: field says`; `file says` where it cannot be read. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    super(
      problems
        .map(({ place, field, says }) => `${file}${place ? `:${place.line}:${place.column}:` : ""} ${field ? `${field} ` : ""}${says}`)
        .join("\n"),
    );
    this.problems = problems;
  }
}

/**
 * The policy that a file's text states, defaults filled in; an empty text is the policy as shipped. Its version is the digest of the rest, so
 * that equal policies have one. `file` is only what errors call it. Throws `PolicyError` with everything that is wrong.
 */
export function parsePolicy(text: string, { file }: { readonly file: string }): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (wrong: readonly Wrong[]) => new PolicyError(file, inOrder(wrong.map((one) => placed(one, document, lines))));
  // What follows the first error of this sort is mostly its consequence.
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new PolicyError(file, [{ place: { line, column: col }, field: "", says: `is not YAML as expected here: ${broken.message}` }]);
  }
  const parsed = policySchema.safeParse(written(document.toJS.bind(document), fail), { reportInput: true });
  if (!parsed.success) throw fail(parsed.error.issues.flatMap(wrongs));
  const wrong = contradictions(parsed.data);
  if (wrong.length > 0) throw fail(wrong);
  return { ...parsed.data, version: digest(parsed.data) };
}

const inOrder = (problems: readonly Placed[]) => problems.toSorted(({ place: a }, { place: b }) => a.line - b.line || a.column - b.column);

/** A section of which all lines are commented out is as good as left out. */
function written(toJS: () => unknown, fail: (wrong: readonly Wrong[]) => PolicyError): unknown {
  let value: unknown;
  try {
    value = toJS() ?? {};
  } catch (error) {
    throw fail([{ path: [], says: `is not YAML as expected here: ${error instanceof Error ? error.message : "it cannot be read"}` }]);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

/** Reads the file. A file that cannot be read is a `PolicyError` too. */
export function loadPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new PolicyError(file, [{ field: "", says: `cannot be read (${code})` }]);
  }
  return parsePolicy(text, { file });
}
