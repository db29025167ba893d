import type { LabelChange, Remedy } from "../../kernel/types/index.ts";

const places = {
  "label-pod-template": ["spec", "template", "metadata", "labels"],
  "label-namespace": ["metadata", "labels"],
} as const;

/** The change of a label as a unified diff of the manifest that it is written down in, a chart's template or a repository's file; none for others. */
export function diffOf(remedy: Remedy): readonly string[] {
  if (remedy.kind !== "label-pod-template" && remedy.kind !== "label-namespace") return [];
  const { kind, namespace, name } = remedy.target;
  const place = places[remedy.kind];
  const title = `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
  return [
    `--- ${title}`,
    `+++ ${title}`,
    ...place.map((key, depth) => ` ${"  ".repeat(depth)}${key}:`),
    ...changed(remedy.set).map(([sign, text]) => `${sign}${"  ".repeat(place.length)}${text}`),
  ];
}

const changed = ({ key, from, to }: LabelChange): readonly (readonly [sign: string, text: string])[] => [
  ...(from === null ? [] : [["-", `${key}: ${JSON.stringify(from)}`] as const]),
  ...(to === null ? [] : [["+", `${key}: ${JSON.stringify(to)}`] as const]),
];
