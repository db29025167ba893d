import { plainText } from "../../adapters/redact/plain.ts";
import type { ClusterState, Switch } from "../../kernel/types/index.ts";
import { marks } from "./print.ts";
import { count } from "./tell.ts";

export interface State {
  readonly all: Switch;
  readonly clusters: readonly { readonly name: string; readonly stop: Switch; readonly failed: ClusterState["failed"] }[];
}

/** A line for each stop switch, and one for each kind of remedy that failed of late. */
export const switches = ({ all, clusters }: State): readonly string[] => [
  line("everywhere", all),
  ...clusters.flatMap(({ name, stop, failed }) => [
    line(`cluster ${name}`, stop),
    ...Object.entries(failed).flatMap(([kind, times]) =>
      times > 0 ? [`  ${marks.unsure} breaker: ${count(times, "failed proof")} of ${kind} in a row there`] : [],
    ),
  ]),
];

function line(of: string, stop: Switch): string {
  switch (stop.state) {
    case "off":
      return `${marks.good} ${of}: writes are permitted, as the policy says`;
    case "on":
      return `${marks.bad} ${of}: stopped since ${stop.since} by ${plainText(stop.by)}: ${plainText(stop.why)}`;
    case "missing":
      return `${marks.bad} ${of}: stopped, for the switch was never set`;
  }
}
