import type { Remedies } from "../../kernel/types/index.ts";
import { evictPod } from "./evict-pod.ts";
import { labelNamespace } from "./label-namespace.ts";
import { labelPodTemplate } from "./label-pod-template.ts";
import { rolloutRestart } from "./rollout-restart.ts";

export const remedies: Remedies = {
  "evict-pod": evictPod,
  "rollout-restart": rolloutRestart,
  "label-pod-template": labelPodTemplate,
  "label-namespace": labelNamespace,
};
