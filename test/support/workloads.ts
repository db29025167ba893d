import type { Workload } from "../../kernel/types/index.ts";

/** The pod of Deployment checkout, as `clusters.ts` makes it; or another one. */
export const aWorkload = (change: Partial<Workload> = {}): Workload => ({
  on: "workload",
  namespace: "payments",
  owner: { kind: "Deployment", name: "checkout" },
  pod: "checkout-7d4f-x2",
  ...change,
});
