import { allow, deny, wait } from "../../kernel/answers.ts";
import { settledAfter } from "../../kernel/permit.ts";
import { after, latest } from "../../kernel/time.ts";
import type { Guard } from "../../kernel/types/index.ts";

/**
 * One failure domain at a time: until one change is proved, no other is made in the cluster, and none in the shadow of a fold. A write of which
 * nobody knows what became blocks the cluster for longer than any lease.
 */
export const oneAtATime: Guard = {
  id: "one-at-a-time",
  asks: "Is another change in this cluster still waiting for its proof?",
  rule({ ledger: { cluster }, incident, policy, now }) {
    const { parent, pending, lease } = cluster;
    if (parent && parent !== incident.id) return deny(`${parent} stands for a fault of the whole cluster; nothing is changed below it`);
    // What follows ends by a record that may come at any time, so it is worth asking before the last moment.
    const again = after(now, policy.timing.lookAgainSeconds);
    if (pending) {
      const until = latest(again, settledAfter(policy, pending.writeBefore));
      return wait(until, `${pending.incident} has written to this cluster, and what became of it is not on record yet`);
    }
    if (!lease || lease.holder === incident.id || lease.until <= now) return allow;
    return wait(again < lease.until ? again : lease.until, `${lease.holder} is changing this cluster and has not proved it yet`);
  },
};
