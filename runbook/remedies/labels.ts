import type { LabelChange, Target } from "../../kernel/types/index.ts";

/** The same change, the other way round. Our own write has moved the generation, so the undo is bound to the uid and to the label as we set it. */
export function takenBack<K extends string>({
  target: { generation: _moved, ...target },
  set,
}: {
  readonly target: Target<K>;
  readonly set: LabelChange;
}) {
  const back = { key: set.key, from: set.to, to: set.from };
  return { why: `takes back what we set: label ${set.key}`, target, set: back };
}
