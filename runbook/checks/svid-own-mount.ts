import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Check, Workload } from "../../kernel/types/index.ts";
import { deliveryTo, faultsOf, hasVolume } from "../kubernetes/injection.ts";
import { ownerOf, templateOf } from "../kubernetes/owner.ts";
import { onPod, titleOf } from "./workload.ts";

/** Not all installations use the webhook. Who brings the mount by itself has no use for it, but must bring it right. */
export const svidOwnMount: Check<Workload> = {
  id: "svid.own-mount",
  section: "1, check 1, step 3",
  asks: "Does the workload bring its own mount of the socket, and is it complete?",
  assess: (subject, read, { policy: { installation } }) =>
    onPod(subject, read, (pod) => {
      const { driver } = installation;
      const owner = ownerOf(pod, read);
      if (owner.is === "gone") return unknown(owner.says);
      const template = templateOf(owner);
      const delivery = deliveryTo(pod, template, driver);
      if (delivery.by === "nothing") {
        if (!template || !hasVolume(template, driver))
          return healthy(`${titleOf(pod)} brings no mount of its own, so it depends on the webhook`);
        return faulty(`${titleOf(pod)} has no ${driver} volume, but what makes it has one by now: the pod is of an older template`, {
          manual: `finish the rollout in ${pod.namespace}`,
        });
      }
      if (delivery.by === "elsewhere")
        return unknown(`${titleOf(pod)}: ${delivery.says}; whether anything serves there cannot be seen from here`);
      if (delivery.by === "node") return healthy(`${titleOf(pod)}: ${delivery.says}, without the CSI driver`);
      if (delivery.from === "webhook") return notApplicable(`${titleOf(pod)} was given its ${driver} volume when it was created`);
      const faults = faultsOf(pod, delivery);
      if (faults.length === 0)
        return healthy(`${titleOf(pod)} has the ${driver} volume ${delivery.volumes.join(", ")}, mounted where it is looked for`);
      return faulty(`${titleOf(pod)} brings its own ${driver} volume, but ${faults.join("; ")}`, {
        manual: `mend the volume in the manifest of ${titleOf(pod)} or of what makes it`,
      });
    }),
};
