import type { Guard, KnownRemedies, Some } from "../../kernel/types/index.ts";
import { blastRadius } from "./blast-radius.ts";
import { breaker } from "./breaker.ts";
import { budget } from "./budget.ts";
import { cooldown } from "./cooldown.ts";
import { evidenceComplete } from "./evidence-complete.ts";
import { expectedByPolicy } from "./expected-by-policy.ts";
import { explicitLiveTargets } from "./explicit-live-targets.ts";
import { fargate } from "./fargate.ts";
import { freshAndFiring } from "./fresh-and-firing.ts";
import { mode } from "./mode.ts";
import { mostOfTheFleet } from "./most-of-the-fleet.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { ownership } from "./ownership.ts";
import { protectedNamespaces } from "./protected-namespaces.ts";
import { replicasAndBudgets } from "./replicas-and-budgets.ts";
import { rolloutInProgress } from "./rollout-in-progress.ts";
import { sameRemedyFailed } from "./same-remedy-failed.ts";
import { stopSwitches } from "./stop-switches.ts";

/** The roster. All run, all reasons are reported; the order is the order on screen. */
export const guards = (remedies: KnownRemedies): Some<Guard> => [
  mode(remedies),
  stopSwitches,
  freshAndFiring,
  evidenceComplete,
  explicitLiveTargets,
  protectedNamespaces,
  expectedByPolicy,
  mostOfTheFleet,
  blastRadius,
  replicasAndBudgets,
  rolloutInProgress,
  fargate,
  ownership,
  sameRemedyFailed,
  cooldown,
  oneAtATime,
  budget(remedies),
  breaker,
];
