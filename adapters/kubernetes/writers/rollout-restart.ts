import type { Writer } from "../../../kernel/ports.ts";
import { asRead, done, field, type Hands, nameOf, unmoved } from "./hands.ts";
import { writer } from "./writer.ts";

/** The mark that `kubectl rollout restart` leaves, and the only field that this writer touches. */
export const restartedAt = "kubectl.kubernetes.io/restartedAt";

const marked = (live: unknown) => field(live, "spec", "template", "metadata", "annotations", restartedAt);

/**
 * As `kubectl rollout restart` does it. The mark's value is the permit's `writeBefore` with its milliseconds: a cluster has one lease, so no
 * other write carries it, and reading it back says whose restart it was. Verbs: patch and get deployments.
 */
export const rolloutRestart = (hands: Hands): Writer<"rollout-restart"> =>
  writer<"rollout-restart">(hands, ({ target }) => {
    const path = `/apis/apps/v1/namespaces/${target.namespace}/deployments/${target.name}`;
    return {
      target,
      path,
      change: (mark) => ({
        method: "PATCH",
        path,
        type: "application/merge-patch+json",
        body: { metadata: asRead(target), spec: { template: { metadata: { annotations: { [restartedAt]: mark } } } } },
      }),
      took: (answer, mark) => marked(answer) === mark,
      says: `${nameOf(target)} restarts`,
      became: (live, mark) => {
        if (!live) return done("not-found", `${nameOf(target)} with uid ${target.uid} is not there any more`);
        if (marked(live) === mark) return done("applied", `${nameOf(target)} carries the mark of our restart`);
        if (unmoved(target, live)) return done("not-applied", `${nameOf(target)} does not carry the mark of our restart`);
        return "unknown";
      },
    };
  });
