import { log } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { starter } from "../wiring/workflow.ts";
import { type Swept, sweep } from "./handler.ts";

/** Called each minute by a schedule. What it found is logged, for the alarm that watches it. */
export async function handler(): Promise<Swept> {
  const swept = await sweep({ ledger: ledger(), starter: starter(), log });
  log({ level: swept.failed > 0 ? "error" : "info", message: "swept", ...swept });
  return swept;
}
