import * as z from "zod/mini";
import type { Query } from "../../kernel/types/index.ts";
import { reader } from "../kubernetes/parse.ts";

const count = z.int().check(z.nonnegative());
const shape = z.object({
  expected: count,
  symptomatic: count,
  undecided: count,
  owners: z.object({ concerned: count, all: count }),
});
export type FleetCount = z.output<typeof shape>;

/** How many pods should have the volume, how many of those have not, of how many it cannot be computed, and of how many workloads they are: counted where the lists are read. */
export const fleetCount: Query<FleetCount> = { source: "derived", text: "count of the fleet", parse: reader(shape) };
