import type { Remedies } from "../../kernel/types/index.ts";
import { injected } from "../checks/proof/injected.ts";
import { minted } from "../checks/proof/minted.ts";
import { namespaceMatches } from "../checks/proof/namespace-matches.ts";
import { rolloutComplete } from "../checks/proof/rollout-complete.ts";
import { knownRemedies as known } from "./known.ts";

/** All kinds, and by which checks each is proved. */
export const remedies: Remedies = {
  "evict-pod": { ...known["evict-pod"], proof: [injected], owed: [minted] },
  "rollout-restart": { ...known["rollout-restart"], proof: [rolloutComplete, injected], owed: [minted] },
  "label-pod-template": { ...known["label-pod-template"], proof: [rolloutComplete, injected], owed: [minted] },
  "label-namespace": { ...known["label-namespace"], proof: [namespaceMatches], owed: [] },
};
