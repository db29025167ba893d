import type { Done, LabelChange, Target } from "../../../kernel/types/index.ts";
import { isRecord } from "../status.ts";
import { asRead, done, field, fieldManager, type Job, type Live, nameOf, unmoved } from "./hands.ts";

/** Where the labels stand, from the object's root. */
type Place = readonly ["metadata", "labels"] | readonly ["spec", "template", "metadata", "labels"];

/** Sets or removes exactly one label, where it is still as it was when this was planned: somebody else's change is not written over. */
export function labelJob(target: Target<string>, set: LabelChange, path: string, place: Place): Job {
  const valueIn = (live: unknown): string | null => {
    const value = field(live, ...place, set.key);
    return typeof value === "string" ? value : null;
  };
  const label = `label ${set.key} of ${place[0] === "spec" ? "the pod template of " : ""}${nameOf(target)}`;
  const says = set.to === null ? `${label} is removed` : `${label} is set to "${set.to}"`;
  const labels = { labels: { [set.key]: set.to } };
  return {
    target,
    path,
    before: (live) => {
      const now = valueIn(live);
      if (now === set.to) return done("already-so", `${label} is ${shown(now)} already`);
      return now === set.from ? undefined : done("refused", `${label} is ${shown(now)}, and was ${shown(set.from)} when this was planned`);
    },
    change: () => ({
      method: "PATCH",
      path,
      type: "application/merge-patch+json",
      body:
        place[0] === "spec"
          ? { metadata: asRead(target), spec: { template: { metadata: labels } } }
          : { metadata: { ...asRead(target), ...labels } },
    }),
    took: (answer) => valueIn(answer) === set.to,
    says,
    became: (live): Done | "unknown" => {
      if (!live) return done("not-found", `${nameOf(target)} with uid ${target.uid} is not there any more`);
      if (valueIn(live) === set.to) {
        const ours = set.to === null || writtenBy(live, [...place, set.key]).includes(fieldManager);
        return ours ? done("applied", says) : done("already-so", `${says}, by somebody else`);
      }
      return unmoved(target, live) ? done("not-applied", `${label} is ${shown(set.from)}, as it was read`) : "unknown";
    },
  };
}

const shown = (value: string | null) => (value === null ? "not there" : `"${value}"`);

/** Who wrote this field, by the API server's own book. */
function writtenBy(live: Live, path: readonly string[]): readonly unknown[] {
  const entries = field(live, "metadata", "managedFields");
  if (!Array.isArray(entries)) return [];
  const fields = path.map((part) => `f:${part}`);
  return entries
    .filter((entry) => isRecord(entry) && field(entry.fieldsV1, ...fields) !== undefined)
    .map((entry) => field(entry, "manager"));
}
