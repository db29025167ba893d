import type { Switch } from "../../../kernel/types/index.ts";
import type { Token } from "../../../lambdas/authorize/tokens.ts";
import type { Probe, Seen } from "../../../lambdas/doctor/handler.ts";

/** What is asked about a stack: one question each, so that a right that is missing hides one answer only. All may reject. */
export interface StackPorts {
  readonly stack: string;
  readonly region: string;
  who(): Promise<string>;
  /** As CloudFormation has it, such as `UPDATE_COMPLETE`. */
  status(): Promise<string>;
  clusters(): Promise<readonly string[]>;
  /** From which of the policy's networks it is gone to; undefined from outside of all. */
  networkOf(cluster: string): Promise<string | undefined>;
  function(id: string): Promise<{ readonly state: string; readonly runtime: string }>;
  /** How many may run at once, where a number is reserved. */
  reserved(id: string): Promise<number | undefined>;
  /** How many may run at once in this account and region: in all, and of those without a number of their own. */
  concurrency(): Promise<{ readonly all: number; readonly unreserved: number }>;
  /** Milliseconds since 1970, at one moment. */
  clocks(): Promise<{ readonly ours: number; readonly theirs: number }>;
  tokens(): Promise<readonly Token[]>;
  /** What an alert without a token is answered. */
  door(): Promise<number>;
  switchOf(of: "all" | { readonly cluster: string }): Promise<Switch>;
  subscriptions(): Promise<readonly { readonly confirmed: boolean; readonly protocol: string }[]>;
  topic(): Promise<string>;
  /** By its name in EKS; as EKS has it, such as `API_AND_CONFIG_MAP`. */
  authenticationMode(place: { readonly eks: string; readonly region: string }): Promise<string>;
  probe(id: string, probe: Probe): Promise<Seen>;
}

/** The networks that clusters are gone to from. */
export async function networksOf({ clusters, networkOf }: Pick<StackPorts, "clusters" | "networkOf">): Promise<readonly string[]> {
  const each = await Promise.all((await clusters()).map(networkOf));
  return [...new Set(each)].filter((network) => network !== undefined).sort();
}
