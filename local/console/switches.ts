import { plainText } from "../../adapters/redact/plain.ts";
import type { ClusterState, Switch } from "../../kernel/types/index.ts";
import type { Held } from "../commands/switches/held.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

export interface State {
  readonly all: Switch;
  readonly clusters: readonly { readonly name: string; readonly stop: Switch; readonly failed: ClusterState["failed"] }[];
  /** Of a stack. */
  readonly held?: Held;
}

/** A line for each stop switch, one for each kind of remedy that failed of late, and one for an emergency stop. Good is only what may be written. */
export const switches = ({ all, clusters, held }: State): readonly string[] => {
  const emergency = held ? emergencyOf(held) : undefined;
  const wider = all.state === "off" ? emergency : stoppedEverywhere;
  return [
    line("everywhere", all, emergency),
    ...clusters.flatMap(({ name, stop, failed }) => [
      line(`cluster ${name}`, stop, wider),
      ...Object.entries(failed).flatMap(([kind, times]) =>
        times > 0 ? [`  ${marks.unsure} breaker: ${count(times, "failed proof")} of ${kind} in a row there`] : [],
      ),
    ]),
    ...(held ? emergencyLines(held) : []),
  ];
};

/** What else keeps from writing where a switch does not. */
interface Wider {
  readonly mark: string;
  readonly says: string;
}
const stoppedEverywhere: Wider = { mark: marks.bad, says: "stopped all the same, by the switch for everywhere" };

function emergencyOf({ stopped, untold }: Held): Wider | undefined {
  if (stopped.length > 0) return { mark: marks.bad, says: "stopped all the same, for the emergency stop still holds" };
  return untold.length > 0 ? { mark: marks.unsure, says: "whether an emergency stop holds could not be told" } : undefined;
}

const emergencyLines = ({ stopped, untold, why = "", resume }: Held): readonly string[] => [
  ...(stopped.length > 0 ? [`${marks.bad} the emergency stop still holds (${stopped.join(", ")}): ${resume}`] : []),
  ...(untold.length > 0 ? [`${marks.unsure} whether ${untold.join(", ")} may run could not be told: ${why}`] : []),
];

function line(of: string, stop: Switch, wider: Wider | undefined): string {
  switch (stop.state) {
    case "off":
      return wider
        ? `${wider.mark} ${of}: its switch is off; ${wider.says}`
        : `${marks.good} ${of}: writes are permitted, as the policy says`;
    case "on":
      return `${marks.bad} ${of}: stopped since ${stop.since} by ${plainText(stop.by)}: ${plainText(stop.why)}`;
    case "missing":
      return `${marks.bad} ${of}: stopped, for the switch was never set`;
  }
}
