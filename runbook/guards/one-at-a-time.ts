import { allow, deny, wait } from "../../kernel/answers.ts";
import { after } from "../../kernel/time.ts";
import type { Guard } from "../../kernel/types/index.ts";

/** One failure domain at a time: until one change is proved, no other is made in the cluster, and none in the shadow of a fold. */
export const oneAtATime: Guard = {
  id: "one-at-a-time",
  asks: "Is another change in this cluster still waiting for its proof?",
  rule({ ledger: { cluster }, incident, policy, now }) {
    if (cluster.parent && cluster.parent !== incident.id)
      return deny(`${cluster.parent} stands for a fault of the whole cluster; nothing is changed below it`);
    const { lease } = cluster;
    if (!lease || lease.holder === incident.id || lease.until <= now) return allow;
    // The lease is given back as soon as the proof is there, so it is worth asking before its end.
    const again = after(now, policy.timing.lookAgainSeconds);
    return wait(again < lease.until ? again : lease.until, `${lease.holder} is changing this cluster and has not proved it yet`);
  },
};
