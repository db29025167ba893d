import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, Given, Read, Workload } from "../../kernel/types/index.ts";
import { deliveryTo, faultsOf, hasVolume } from "../kubernetes/injection.ts";
import { ownerOf, templateOf } from "../kubernetes/owner.ts";
import { restartByHand } from "../kubernetes/restart.ts";
import { onlyWithWitness } from "./sibling.ts";
import { whatCameLater } from "./svid-older-than-webhook.ts";
import { onPod, onWebhook, titleOf, type Webhooked } from "./workload.ts";

/** The symptom: a fault of its own only where no link before it explains why the volume, or a part of it, is missing. */
export const svidVolumeInjected: Check<Workload> = {
  id: "svid.volume-injected",
  section: "1, check 1, steps 1 and 2",
  asks: "Does every container that asks for the socket have it: volume, mount, variable?",
  assess: (subject, read, given) =>
    onPod(subject, read, (pod) => {
      const { driver } = given.policy.installation;
      if (!hasVolume(pod, driver)) return onWebhook(subject, read, given, (webhooked) => unexplained(webhooked, read, given));
      const owner = ownerOf(pod, read);
      if (owner.is === "gone") return unknown(owner.says);
      const delivery = deliveryTo(pod, templateOf(owner), driver);
      if (delivery.by !== "csi" || delivery.from !== "webhook")
        return notApplicable(`${titleOf(pod)} brings its ${driver} volume by itself`);
      const faults = faultsOf(pod, delivery);
      if (faults.length === 0) return healthy(`${titleOf(pod)} has its ${driver} volume, mounted read-only where it is looked for`);
      return faulty(`${titleOf(pod)} was injected only in part: ${faults.join("; ")}`, {
        manual: `look for another webhook that changed the pod afterwards, then: ${restartByHand(pod, owner)}`,
      });
    }),
};

function unexplained(webhooked: Webhooked, read: Read, given: Given): Answer {
  const { pod, mutation, configuration } = webhooked;
  const { driver } = given.policy.installation;
  if (mutation.is === "unknown") return unknown(mutation.says);
  if (mutation.is === "no") return notApplicable(`that ${titleOf(pod)} has no ${driver} volume is explained: ${mutation.says}`);
  if (whatCameLater(webhooked)) return notApplicable(`that ${titleOf(pod)} has no ${driver} volume is explained by its age`);
  const how = configuration.webhooks.some(({ failurePolicy }) => failurePolicy === "Ignore")
    ? "failurePolicy Ignore lets pods through while it does not answer"
    : "it must have answered without a change, or was another one then";
  const says = `${titleOf(pod)}: the pod has no ${driver} volume, although webhook ${configuration.name} was there before it and would inject it; ${how}`;
  return onlyWithWitness(webhooked, says, read, given);
}
