import { Unreachable } from "../../kernel/ports.ts";

/** Whose stop switch. */
export type Reach = "all" | { readonly cluster: string };

/** What CloudFormation tells a custom resource (its user guide, "Custom resource request objects"), as far as it matters here. */
export interface Change {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}
interface Properties {
  /** Of the policy, by the names that alerts carry. */
  readonly clusters?: readonly string[];
}

/**
 * The switches that nobody can have thrown yet: all of a new installation, and those of clusters that the last deployment did not know. One that
 * should be there and is not is a fault, and never put back from here: writes stay denied until a person has set it.
 */
export function due({ RequestType, ResourceProperties, OldResourceProperties = {} }: Change): readonly Reach[] {
  if (RequestType === "Delete") return [];
  const known = new Set(RequestType === "Create" ? [] : OldResourceProperties.clusters);
  const added = (ResourceProperties.clusters ?? []).filter((cluster) => !known.has(cluster)).map((cluster) => ({ cluster }));
  return RequestType === "Create" ? ["all", ...added] : added;
}

export interface Ports {
  /** Off, unless there is one already: a switch that is thrown stays thrown. */
  readonly provide: (reach: Reach) => Promise<void>;
  readonly pause: (seconds: number) => Promise<unknown>;
}

/** A role that was made a moment ago may not do yet what it will: it takes IAM some seconds to tell everybody. */
const tries = 8;
const betweenSeconds = 2.5;

/** Rejects with what `provide` rejects with, where that stays so for about 20 s. */
export async function provision(change: Change, ports: Ports): Promise<void> {
  for (const reach of due(change)) await patiently(() => ports.provide(reach), ports);
}

async function patiently(work: () => Promise<void>, { pause }: Ports): Promise<void> {
  for (let left = tries - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable) || left === 0) throw error;
    }
    await pause(betweenSeconds);
  }
}
