import { markdownText } from "../adapters/redact/index.ts";
import type { Announcer, Archive, Desk, Ledger, Starter, Waker } from "../kernel/ports.ts";
import type { Capability, Instant, Policy } from "../kernel/types/index.ts";
import * as answering from "../lambdas/answer/ask.ts";
import * as deciding from "../lambdas/decide/handler.ts";
import * as diagnosing from "../lambdas/diagnose/handler.ts";
import * as escalating from "../lambdas/escalate/handler.ts";
import * as remediating from "../lambdas/remediate/handler.ts";
import { decisionRules } from "../runbook/decision-rules.ts";
import { rules } from "../runbook/rules.ts";
import type { Handlers } from "./engine/task.ts";
import type { Opened } from "./outside.ts";

export interface Parts {
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly desk: Desk;
  readonly outside: Opened;
  readonly starter: Starter;
  readonly waker: Waker;
  readonly announcer: Announcer;
  readonly policy: Policy;
  readonly clock: () => Instant;
}

/** The Lambda functions' handlers, by the states that call them, over the parts of this machine. */
export function handlersOver(parts: Parts): Handlers {
  const { ledger, archive, desk, outside, starter, waker, announcer, policy, clock } = parts;
  const common = { ledger, archive, rules, policy, clock };
  const writer = (capability: Capability) => (input: remediating.Input) =>
    remediating.handler(input, { ...common, ...outside.hands[capability], capability, by: capability });
  return {
    Decide: (input: deciding.Input) => deciding.handler(input, { ...common, rules: decisionRules, starter, by: "Decide" }),
    Diagnose: (input: diagnosing.Input) => diagnosing.handler(input, { ...common, world: outside.world, by: "Diagnose" }),
    Ask: (input: answering.Input) => answering.ask(input, { ledger, waker, announcer, clock }),
    Escalate: (input: escalating.Input) =>
      escalating.handler(input, { ...common, rules: decisionRules, world: outside.world, desk, plain: markdownText, by: "Escalate" }),
    EvictWorkload: writer("EvictWorkload"),
    RolloutWorkload: writer("RolloutWorkload"),
    LabelNamespace: writer("LabelNamespace"),
  };
}
