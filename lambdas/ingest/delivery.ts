import type { Instant, Origin } from "../../kernel/types/index.ts";

interface HeardBase {
  /** Its place in the delivery, from 0. */
  readonly index: number;
  readonly from: Origin;
  readonly fingerprint: string;
  readonly startsAt: Instant;
  /** As they came, foreign text: nothing but `place` looks at them. */
  readonly labels: Readonly<Record<string, string>>;
}
/** An alert that could be read. Whether it can be placed is another matter. */
export type Heard = HeardBase & ({ readonly status: "firing" } | { readonly status: "resolved"; readonly endsAt: Instant });

/** One alert that is not taken, and what would be right. Never quotes what was sent. */
export interface Rejected {
  readonly index: number;
  readonly fingerprint?: string;
  /** Such as `labels.cluster` or `startsAt`. */
  readonly field: string;
  readonly reason: string;
}
/** One that is understood, and asks for nothing. */
export interface Ignored {
  readonly index: number;
  readonly fingerprint: string;
  readonly reason: string;
}

/** What one body brought, whichever way it came. A bad alert is among the rejected and leaves the others alone. */
export interface Delivery {
  readonly is: "delivery";
  readonly heard: readonly Heard[];
  readonly rejected: readonly Rejected[];
  /** How many alerts the sender says it left out. */
  readonly truncated: number;
}
/** Nothing in the body can be read as an alert. */
export interface Invalid {
  readonly is: "invalid";
  readonly field: string;
  readonly reason: string;
}

export const invalid = (field: string, reason: string): Invalid => ({ is: "invalid", field, reason });
