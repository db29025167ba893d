import { redactText } from "../../../adapters/redact/index.ts";
import { instant } from "../../../kernel/time.ts";
import { print, say } from "../../console/say.ts";
import { switches } from "../../console/switches.ts";
import { withLedger, withReading } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import type { StopOptions } from "../switches.ts";
import { clusterIn, stateOf } from "./state.ts";

export async function stop({ cluster, why, ...where }: StopOptions): Promise<number> {
  if (why.trim() === "") throw new UsageError("--why must say why");
  const clusters = () => withReading(where, async (ledger) => ledger.clusters());
  // To stop everywhere, nothing else has to be known first.
  const of = cluster === undefined ? "all" : { cluster: clusterIn(await clusters(), cluster) };
  return withLedger(where, async (ledger, who) => {
    await ledger.setSwitch(of, { state: "on", by: await who(), since: instant(Date.now()), why: redactText(why.trim()) });
    say(`stopped ${of === "all" ? "everywhere" : `in ${of.cluster}`}`);
    print(switches(await stateOf(await clusters(), ledger, where)));
    return exitCodes.fine;
  });
}
