import type { Writer } from "../../../kernel/ports.ts";
import { asRead, done, field, type Hands, nameOf } from "./hands.ts";
import { writer } from "./writer.ts";

/**
 * Asks for the pod's eviction, so that disruption budgets are kept; it is never deleted in another way. 201 (or 200) is done, 429 a budget
 * that forbids it now, 500 several budgets at once. Verbs: create pods/eviction, get pods.
 */
export const evictPod = (hands: Hands): Writer<"evict-pod"> =>
  writer<"evict-pod">(hands, ({ target }) => {
    const { namespace, name } = target;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } };
    return {
      target,
      path,
      change: () => ({
        method: "POST",
        path: `${path}/eviction`,
        type: "application/json",
        body: { ...eviction, deleteOptions: { preconditions: asRead(target) } },
      }),
      took: (answer) => answer.status !== "Failure",
      says: `${nameOf(target)} is evicted`,
      // A deletion is never taken back: a pod without its mark was not evicted, whatever else changed in it.
      became: (live) => {
        if (!live) return done("applied", `${nameOf(target)} is gone`);
        if (field(live, "metadata", "deletionTimestamp") !== undefined) return done("applied", `${nameOf(target)} is on its way out`);
        return done("not-applied", `${nameOf(target)} is still there, and was not asked to go`);
      },
    };
  });
