import { digest } from "./digest.ts";
import type { IncidentId, ScenarioId, Scope, Sha256 } from "./types/index.ts";

/** What makes incidents the same: alerts with one key join the incident that is open there. */
export interface IncidentKey {
  readonly cluster: string;
  readonly scenario: ScenarioId;
  readonly scope: Scope;
}

/** One address for a key, whatever its names contain. */
export const keyDigest = ({ cluster, scenario, scope }: IncidentKey): Sha256 => digest({ cluster, scenario, scope });

const short: Readonly<Record<ScenarioId, string>> = {
  "overall-health": "health",
  "workloads-not-receiving-svids": "svids",
  "elevated-latency": "latency",
  "attestation-failures": "attestation",
  "server-connectivity": "connectivity",
  "resource-saturation": "resources",
  "agent-restarts": "restarts",
};

const longest = 60;
const longestCluster = 16;
/** 60 bits of the key's digest: the readable part is cut and may be shared, this may not. */
const digits = 15;

/**
 * `<cluster>-<scenario, short>-<what the scope names>-<digest of the whole key>-g<generation>`, at most 60 characters of `[0-9A-Za-z-]`.
 * It leaves room for `-r<run>` in an execution's name, which takes 80.
 */
export function incidentId(key: IncidentKey, generation: number): IncidentId {
  if (!Number.isSafeInteger(generation) || generation < 1) throw new RangeError(`not a generation: ${generation}`);
  const tail = `${keyDigest(key).slice(0, digits)}-g${generation}`;
  const words = [cut(key.cluster, longestCluster), short[key.scenario], cut(scopeName(key.scope), longest)];
  const head = cut(words.filter((word) => word !== "").join("-"), longest - tail.length - 1);
  return `${head}-${tail}` as IncidentId;
}

function scopeName(scope: Scope): string {
  switch (scope.of) {
    case "owner":
      return scope.name;
    case "namespace":
      return scope.namespace;
    case "node":
      return scope.node;
    case "host":
      return scope.instance;
    case "cluster":
      return "cluster";
  }
}

/** Foreign text as part of a name: everything but letters, digits and single hyphens becomes a hyphen, none at the ends. */
const cut = (text: string, length: number): string =>
  text
    .replace(/[^0-9A-Za-z]+/g, "-")
    .replace(/^-/, "")
    .slice(0, length)
    .replace(/-$/, "");
