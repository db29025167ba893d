import type { Story } from "../../test/cluster/support/stories.ts";
import { median } from "./numbers.ts";

/** Milliseconds from the webhook to a run's records before its write, and to the write itself. */
export type Phases = Readonly<Record<(typeof steps)[number], number>>;

const steps = ["opened", "diagnosed", "decided", "preserved", "intent", "write"] as const;

export function phasesOf(story: Story, sent: number, write: number): Phases {
  const at = (step: (typeof steps)[number]) => {
    if (step === "write") return write - sent;
    const record = story.find(({ type }) => type === step);
    return record ? Date.parse(record.written) - sent : Number.NaN;
  };
  return Object.fromEntries(steps.map((step) => [step, at(step)])) as Phases;
}

/** How long each step takes, by the medians: a line for people. */
export const stepByStep = (runs: readonly Phases[]): string =>
  steps
    .map((step, index) => {
      const before = steps[index - 1];
      return `${step} ${median(runs.map((run) => run[step] - (before ? run[before] : 0))).toFixed(0)}`;
    })
    .join(", ");
