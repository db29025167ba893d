import { prometheusReader } from "../../adapters/prometheus/read.ts";
import { rules } from "../../runbook/rules.ts";
import { archive } from "../wiring/archive.ts";
import { worldFor } from "../wiring/clusters.ts";
import { clock, logged, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import * as diagnosing from "./handler.ts";

export const handler = (input: diagnosing.Input): Promise<void> =>
  logged("diagnose", input, async () =>
    diagnosing.handler(input, {
      ledger: ledger(),
      archive: archive(),
      world: await worldFor(input.id, "Diagnose", prometheusReader),
      rules,
      policy: policy(),
      clock,
      by: "Diagnose",
    }),
  );
