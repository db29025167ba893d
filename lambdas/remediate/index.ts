import { prometheusReader } from "../../adapters/prometheus/read.ts";
import type { Capability } from "../../kernel/types/index.ts";
import { rules } from "../../runbook/rules.ts";
import { environment } from "../contract.ts";
import { archive } from "../wiring/archive.ts";
import { handsFor } from "../wiring/clusters.ts";
import { clock, logged, policy } from "../wiring/common.ts";
import { env } from "../wiring/env.ts";
import { ledger } from "../wiring/ledger.ts";
import * as remediating from "./handler.ts";

/** The same code for each capability; which hands it has is the stack's word, and its role's. */
export const handler = (input: remediating.Input): Promise<void> =>
  logged("remediate", input, async () => {
    const capability = env(environment.capability) as Capability;
    const hands = await handsFor(input.id, capability, prometheusReader);
    return remediating.handler(input, {
      ledger: ledger(),
      archive: archive(),
      ...hands,
      capability,
      rules,
      policy: policy(),
      clock,
      by: capability,
    });
  });
