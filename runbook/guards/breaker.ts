import { allow, deny } from "../../kernel/answers.ts";
import { own } from "../../kernel/own.ts";
import type { Guard } from "../../kernel/types/index.ts";

/** When a kind of remedy keeps failing in a cluster, the diagnosis is wrong in a way that it cannot see. A person closes the breaker. */
export const breaker: Guard = {
  id: "breaker",
  asks: "Has this kind of remedy kept failing in this cluster?",
  rule({ ledger, policy, remedy, incident, undoing }) {
    const failures = own(ledger.cluster.failed, remedy.kind) ?? 0;
    if (undoing || failures < policy.limits.breakerAfter) return allow;
    return deny(`${remedy.kind} failed ${failures} times in a row on ${incident.cluster}: the breaker is open until a person resumes it`);
  },
};
