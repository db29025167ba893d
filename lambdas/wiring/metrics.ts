import { metricLines } from "../../adapters/cloudwatch/emf.ts";
import type { IncidentId, Instant, Measure } from "../../kernel/types/index.ts";
import { environment } from "../contract.ts";
import { env } from "./env.ts";
import { writeLine } from "./lines.ts";

/** Says into the log what was measured; CloudWatch makes metrics of it. */
export function tell(measures: readonly Measure[], at: Instant, incident?: IncidentId): void {
  const source = { stack: env(environment.stack), at, ...(incident ? { more: { incident } } : {}) };
  for (const line of metricLines(measures, source)) writeLine(JSON.stringify(line));
}
