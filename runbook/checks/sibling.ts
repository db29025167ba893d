import { faulty } from "../../kernel/answers.ts";
import type { Answer, Given, Read } from "../../kernel/types/index.ts";
import { hasVolume } from "../kubernetes/injection.ts";
import { isControlledBy } from "../kubernetes/meta.ts";
import { isLive, type Pod } from "../kubernetes/objects-pod.ts";
import { restartByHand } from "../kubernetes/restart.ts";
import * as cluster from "../queries/kubernetes.ts";
import { restartWhereItHelps } from "./on-node.ts";
import type { Webhooked } from "./workload.ts";

/** Where nothing proves why the pod was not injected: only a sibling of the same make that was shows that making it anew is enough. */
export function onlyWithWitness(webhooked: Webhooked, says: string, read: Read, given: Given): Answer {
  const { pod, owner, configuration } = webhooked;
  const sibling = injectedSibling(webhooked, read, given.policy.installation.driver);
  if (sibling) return faulty(`${says}; its sibling ${sibling.name} was injected`, restartWhereItHelps(webhooked, read, given, says));
  return faulty(says, {
    manual: `make sure that ${configuration.name} answers (its logs, the API server's), then: ${restartByHand(pod, owner)}`,
  });
}

function injectedSibling({ pod, owner }: Webhooked, read: Read, driver: string): Pod | undefined {
  if (owner.is !== "controller" || !owner.controller.selector) return undefined;
  const pods = read(cluster.podsIn(pod.namespace, owner.controller.selector));
  return pods.find((each) => each.uid !== pod.uid && isLive(each) && isControlledBy(each, owner.direct) && hasVolume(each, driver));
}
