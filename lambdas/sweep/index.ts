import { kinds } from "../../adapters/policy/names.ts";
import { clock, log, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { tell } from "../wiring/metrics.ts";
import { keeper } from "../wiring/workflow.ts";
import { type Bounds, type Swept, sweep } from "./handler.ts";

/** A thousand incidents take a few seconds. What is left of the function's time is for the answers that are under way. */
const bounds: Bounds = { parallel: 24, seconds: 35 };

/** Called each minute by a schedule. */
export async function handler(): Promise<Swept> {
  const swept = await sweep({ ledger: ledger(), keeper: keeper(), policy: policy(), kinds, clock, tell, log }, bounds);
  log({ level: swept.failed > 0 ? "error" : "info", message: "swept", ...swept });
  return swept;
}
