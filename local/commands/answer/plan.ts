import { UsageError } from "../mistakes.ts";

/** The first digits of a plan's digest, as they were shown. */
export function digitsOf(given: string): string {
  const plan = given.toLowerCase();
  if (!/^[0-9a-f]{8,64}$/.test(plan)) throw new UsageError("--plan takes 8 to 64 hexadecimal digits");
  return plan;
}
