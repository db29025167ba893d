import type { KnownRemedies } from "../../kernel/types/index.ts";
import { evictPod } from "./evict-pod.ts";
import { labelNamespace } from "./label-namespace.ts";
import { labelPodTemplate } from "./label-pod-template.ts";
import { rolloutRestart } from "./rollout-restart.ts";

/** All kinds, as far as one decides by them: without the checks that prove them, which are for who looks. */
export const knownRemedies: KnownRemedies = {
  "evict-pod": evictPod,
  "rollout-restart": rolloutRestart,
  "label-pod-template": labelPodTemplate,
  "label-namespace": labelNamespace,
};
