import type { Ledger } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";

/** An incident as it is stored, unchecked: for whoever checks it. Texts, for what was damaged may be no JSON any more. */
export interface Stored {
  /** In order of their keys. */
  readonly records: readonly { readonly sk: string; readonly fields: string }[];
  readonly head: string | undefined;
}

/** The ledger, to look at: nothing is written, and whoever writes is not disturbed. */
export interface LedgerReading extends Pick<Ledger, "view" | "open" | "cluster" | "switchOf" | "rejections"> {
  /** Whose ids there are, by name: `every` incident there ever was, also where only its records or only its HEAD is left, or those that are `open`. */
  readonly lists: "every" | "open";
  ids(): Promise<readonly IncidentId[]>;
  /** HEAD and records as of one moment; nothing of either where there is no such incident. */
  stored(id: IncidentId): Promise<Stored>;
  /** Clusters that have a stop switch. */
  clusters(): Promise<readonly string[]>;
  close(): void;
}
