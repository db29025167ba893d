import type { Writer } from "../../../kernel/ports.ts";
import type { Kind } from "../../../kernel/types/index.ts";
import { evictPod } from "./evict-pod.ts";
import type { Hands } from "./hands.ts";
import { labelNamespace } from "./label-namespace.ts";
import { labelPodTemplate } from "./label-pod-template.ts";
import { rolloutRestart } from "./rollout-restart.ts";

/** The hands of each kind; a kind without hands does not compile. */
export const writers: { readonly [K in Kind]: (hands: Hands) => Writer<K> } = {
  "evict-pod": evictPod,
  "rollout-restart": rolloutRestart,
  "label-pod-template": labelPodTemplate,
  "label-namespace": labelNamespace,
};
