import { decisionRules as rules } from "../../runbook/decision-rules.ts";
import { enterByHand } from "../ingest/by-hand.ts";
import { archive } from "../wiring/archive.ts";
import { clock, log, logged, policy } from "../wiring/common.ts";
import { ledger } from "../wiring/ledger.ts";
import { starter } from "../wiring/workflow.ts";
import { begin, type Entered, isRequest, type Request } from "./by-hand.ts";
import * as deciding from "./handler.ts";

/** Who may start executions is IAM's word, and CloudTrail's to tell. */
const starterOfExecutions = "whoever started the execution";

export const handler = (input: deciding.Input | Request): Promise<deciding.Output | Entered> =>
  isRequest(input)
    ? begin(input, (request) => enterByHand(request, starterOfExecutions, ingesting()))
    : logged("decide", input, () =>
        deciding.handler(input, { ledger: ledger(), archive: archive(), starter: starter(), rules, policy: policy(), clock, by: "Decide" }),
      );

/** A request only opens or joins: nobody waits for it, so nobody is woken. */
const ingesting = () => ({
  ledger: ledger(),
  archive: archive(),
  starter: starter(),
  waker: { wake: async () => {} },
  policy: policy(),
  clock,
  log,
});
