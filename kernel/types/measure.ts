/** The system's own metrics are all in this namespace. */
export const namespace = "Remediator";

/** By what a metric can be told apart. All but `cluster` are closed lists; of clusters it knows those of the policy, and `other`. */
export type Dimension = "cluster" | "result" | "guard" | "kind" | "effect" | "find";

interface Rule {
  readonly unit: "Count" | "Milliseconds" | "Percent";
  /** Each is a series of its own: the empty one is the sum of all. */
  readonly by: readonly (readonly Dimension[])[];
}

/** Everything that the system counts of itself, by name. */
export const metrics = {
  /** Of an incident's story, when it is closed. */
  Incidents: { unit: "Count", by: [["cluster", "result"]] },
  /** From the opening to the first diagnosis, the first write that was applied, the first proof, and the end. */
  TimeToDiagnosis: { unit: "Milliseconds", by: [[], ["cluster"]] },
  TimeToWrite: { unit: "Milliseconds", by: [[], ["cluster"]] },
  TimeToProof: { unit: "Milliseconds", by: [[], ["cluster"]] },
  TimeToEnd: { unit: "Milliseconds", by: [[], ["cluster"]] },
  Denials: { unit: "Count", by: [["guard"]] },
  Attempts: { unit: "Count", by: [["kind", "effect"]] },
  Tickets: { unit: "Count", by: [["cluster"]] },
  /** Stories that are not as they were written. */
  BrokenChains: { unit: "Count", by: [[]] },
  /** As they come in. */
  RejectedAlerts: { unit: "Count", by: [[]] },
  /** By a filter on the access log of the API. */
  DeliveriesTooLarge: { unit: "Count", by: [[]] },
  /** Each minute, by the sweeper. The first only says that it ran. */
  Sweeps: { unit: "Count", by: [[]] },
  OpenIncidents: { unit: "Count", by: [[], ["cluster"]] },
  ApprovalsWaiting: { unit: "Count", by: [[], ["cluster"]] },
  TicketsWaiting: { unit: "Count", by: [[], ["cluster"]] },
  /** Of the changes that the policy allows a cluster in an hour. */
  BudgetUsed: { unit: "Percent", by: [["cluster"]] },
  BreakersOpen: { unit: "Count", by: [[], ["kind"]] },
  Finds: { unit: "Count", by: [[], ["find"]] },
} as const satisfies Readonly<Record<string, Rule>>;
export type Metric = keyof typeof metrics;

/** One value, and what it is of. */
export type Measure = {
  readonly [M in Metric]: {
    readonly metric: M;
    readonly value: number;
    readonly of: Readonly<Record<(typeof metrics)[M]["by"][number][number], string>>;
  };
}[Metric];
