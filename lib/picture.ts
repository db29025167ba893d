import { type Definition, type State, ways } from "./definition.ts";

const begin = "<!-- workflow: written by `node lib/render.ts` -->";
const end = "<!-- end of workflow -->";

/** The workflow as a Mermaid flowchart: lines for the usual ways, dotted ones where an error leads elsewhere. */
export function picture(definition: Definition): string {
  const shapes = Object.entries(definition.States).map(([name, { Type }]) => {
    if (Type === "Choice") return `  ${name}{${name}}`;
    if (Type === "Succeed" || Type === "Fail") return `  ${name}([${name}])`;
    return `  ${name}[${name}]`;
  });
  const all = ways(definition);
  const usual = (from: string, to: string) => all.some((way) => way.from === from && way.to === to && way.by === "next");
  const lines = all.flatMap(({ from, to, by }) => {
    if (by === "catch") return usual(from, to) ? [] : [`  ${from} -. fails .-> ${to}`];
    return [by === "default" ? `  ${from} -. else .-> ${to}` : `  ${from} --> ${to}`];
  });
  return ["flowchart LR", ...shapes, `  begin(( )) --> ${definition.StartAt}`, ...new Set(lines)].join("\n");
}

/** A row for each state: what it does, when it ends at the latest. Columns are aligned, as the formatter would have them. */
export function table({ States }: Definition): string {
  const rows = Object.entries(States).map(([name, state]) => [name, state.Comment ?? state.Cause ?? "", latest(state)] as const);
  const head = ["state", "does", "ends after"] as const;
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const latest = ({ TimeoutSeconds, TimestampPath }: State): string =>
  TimeoutSeconds ? `${TimeoutSeconds} s` : TimestampPath ? `\`${TimestampPath.slice("$.".length)}\`` : "";

/** The page with picture and table between its marks renewed. Throws where the page has no such marks. */
export function architectureWithGenerated(page: string, definition: Definition): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new TypeError("docs/architecture.md has lost the marks around the workflow's picture");
  const generated = ["", "```mermaid", picture(definition), "```", "", table(definition), ""].join("\n");
  return `${page.slice(0, from + begin.length)}${generated}${page.slice(to)}`;
}
