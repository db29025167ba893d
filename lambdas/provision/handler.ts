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
}

export async function provision(change: Change, { provide }: Ports): Promise<void> {
  for (const reach of due(change)) await provide(reach);
}
