import type { Incident, Scope } from "../../kernel/types/index.ts";
import { never } from "../../kernel/types/index.ts";

export function describe(scope: Scope): string {
  switch (scope.of) {
    case "owner":
      return `${scope.kind} ${scope.namespace}/${scope.name}`;
    case "namespace":
      return `namespace ${scope.namespace}`;
    case "node":
      return `node ${scope.node}`;
    case "host":
      return `host ${scope.instance}`;
    case "cluster":
      return "the whole cluster";
    default:
      return never(scope);
  }
}

export const titleOf = ({ cluster, scenario, scope }: Incident): string =>
  `${cluster}: ${scenario.replaceAll("-", " ")}, ${describe(scope)}`;
