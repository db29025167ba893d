import { onTestFinished } from "vitest";
import type { Ledger } from "../../../kernel/ports.ts";
import type { Faults } from "../../support/ledger-faults.ts";

/** An empty store that ledgers can be opened on, each like a process of its own. */
export interface Bench {
  open(faults?: Faults): Ledger;
  stop(): Promise<void>;
}
export type Make = () => Promise<Bench>;

export async function benchOf(make: Make): Promise<Bench> {
  const bench = await make();
  onTestFinished(() => bench.stop());
  return bench;
}
export const ledgerOf = async (make: Make): Promise<Ledger> => (await benchOf(make)).open();
