import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import type { Check, Fleet } from "../../kernel/types/index.ts";
import { fleetOf } from "../queries/fleet.ts";
import { command } from "../shell.ts";

/** Looks at all pods that should have an identity at once; what it finds is for people, since no one workload is at fault. */
export const fleetInjected: Check<Fleet> = {
  id: "fleet.injected",
  section: "1, check 1",
  asks: "Do the pods that should have the socket have a way to it?",
  assess(_fleet, read, given) {
    const { expected, symptomatic, undecided, byOwner } = fleetOf(read, given);
    if (expected + undecided === 0) return unknown("no pod is expected to have an identity");
    if (undecided > 0 && symptomatic === 0)
      return unknown(`of ${undecided} pods it cannot be computed whether the webhook would inject them`);
    if (symptomatic === 0) return healthy(`all ${expected} pods that should have the socket have a way to it`);
    const concerned = byOwner.filter((owner) => owner.symptomatic > 0);
    const named = concerned.slice(0, 5).map(({ owner }) => owner);
    const more = concerned.length > named.length ? ` and ${concerned.length - named.length} more` : "";
    return faulty(
      `${symptomatic} of ${expected} pods that should have the socket have no way to it, in ${concerned.length} workloads: ${named.join(", ")}${more}`,
      {
        manual: command`kubectl get mutatingwebhookconfigurations ${given.policy.installation.webhook} -o yaml; kubectl -n ${given.policy.installation.namespace} get pods,endpointslices`,
      },
    );
  },
};
