import { decisionRules as rules } from "../../runbook/decision-rules.ts";
import { archive } from "../wiring/archive.ts";
import { clock, logged, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { starter } from "../wiring/workflow.ts";
import * as deciding from "./handler.ts";

export const handler = (input: deciding.Input): Promise<deciding.Output> =>
  logged("decide", input, () =>
    deciding.handler(input, { ledger: ledger(), archive: archive(), starter: starter(), rules, policy: policy(), clock, by: "Decide" }),
  );
