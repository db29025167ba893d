import { allow, deny } from "../../kernel/answers.ts";
import type { Guard, Switch } from "../../kernel/types/index.ts";

const closed = (name: string, to: Switch): string | undefined => {
  if (to.state === "off") return undefined;
  if (to.state === "missing") return `the stop switch of ${name} was never set, or cannot be read`;
  return `${to.by} stopped ${name} at ${to.since}: ${to.why}`;
};

/** Data, not configuration: thrown in one place, in force at the next write. A switch that is not there counts as thrown. */
export const stopSwitches: Guard = {
  id: "stop-switches",
  asks: "Has anybody stopped all writing, or writing to this cluster?",
  rule({ ledger: { stops }, incident }) {
    const says = closed("everything", stops.all) ?? closed(`cluster ${incident.cluster}`, stops.cluster);
    return says ? deny(says) : allow;
  },
};
