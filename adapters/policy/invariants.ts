import { longestWriterSeconds, type Mode, type Policy } from "../../kernel/types/index.ts";
import { misplaced } from "./misplaced.ts";
import { fits } from "./names.ts";
import type { Wrong } from "./problems.ts";

/** What must hold between the parts of a policy, beyond what each may be by itself. */
export function contradictions(policy: Omit<Policy, "version">): readonly Wrong[] {
  const { timing, limits, installation, protectedNamespaces, approvers, mode, expected } = policy;
  const wrong: Wrong[] = [];
  const demand = (holds: boolean, path: Wrong["path"], says: string) => {
    if (!holds) wrong.push({ path, says });
  };

  const write = timing.writeWithinSeconds + timing.requestTimeoutSeconds + timing.clockSkewSeconds;
  demand(
    write < timing.leaseSeconds,
    ["timing", "leaseSeconds"],
    `must be more than writeWithinSeconds, requestTimeoutSeconds and clockSkewSeconds together (${write} s): else two may write at once`,
  );
  demand(
    timing.leaseSeconds < longestWriterSeconds,
    ["timing", "leaseSeconds"],
    `must be less than ${longestWriterSeconds} s, after which a writer is ended: else its write may still be under way`,
  );
  for (const wait of ["approvalSeconds", "longestWaitSeconds", "pauseSeconds"] as const) {
    demand(
      timing[wait] < limits.ageSeconds,
      ["timing", wait],
      `must be less than limits.ageSeconds (${limits.ageSeconds} s): people would take over before it has passed`,
    );
  }
  demand(
    limits.freshSeconds > timing.requestTimeoutSeconds,
    ["limits", "freshSeconds"],
    `must be more than timing.requestTimeoutSeconds (${timing.requestTimeoutSeconds} s): else what a slow request read is never fresh`,
  );
  demand(
    limits.blastPods <= limits.podsPerIncident,
    ["limits", "blastPods"],
    `must be at most podsPerIncident (${limits.podsPerIncident}): what one write reaches is looked at afterwards, all of it`,
  );
  for (const namespace of new Set(["kube-system", installation.namespace])) {
    demand(
      protectedNamespaces.some((pattern) => fits(pattern, namespace)),
      ["protectedNamespaces"],
      `must protect ${namespace}: no workload is to be touched there`,
    );
  }
  const modesNamed: readonly (Mode | undefined)[] = [
    mode.default,
    ...[mode.clusters, mode.scenarios, mode.remedies].flatMap((of) => Object.values(of)),
  ];
  demand(
    approvers.length > 0 || !modesNamed.includes("approve"),
    ["approvers"],
    "must name who may answer, for there is a mode approve: else every approval runs out",
  );
  for (const [index, { kind, name }] of expected.entries()) {
    demand(
      (kind === undefined) === (name === undefined),
      ["expected", index],
      "must have both kind and name (one workload), or neither (the whole namespace)",
    );
  }
  return [...wrong, ...misplaced(policy)];
}
