import { kinds } from "../../adapters/policy/names.ts";
import type { Ports } from "../../lambdas/sweep/handler.ts";

/** The sweeper's ports over a ledger; everything runs, and nobody listens, unless said otherwise. */
export const aSweep = (on: Pick<Ports, "ledger" | "policy" | "clock">, change: Partial<Ports> = {}): Ports => ({
  ...{ ledger: on.ledger, policy: on.policy, clock: on.clock, kinds },
  keeper: { keep: async () => "running" },
  tell: () => {},
  log: () => {},
  ...change,
});
