import { keep } from "../../kernel/act/preserve.ts";
import { bounds, collect } from "../../kernel/collect.ts";
import { judge } from "../../kernel/judge.ts";
import { planOf } from "../../kernel/plan.ts";
import type { Archive, Ledger, World } from "../../kernel/ports.ts";
import { type Attempt, type Progress, progress, underWay } from "../../kernel/progress.ts";
import { look } from "../../kernel/prove.ts";
import type { Rules } from "../../kernel/rules.ts";
import type { Entry, Evidence, Given, IncidentId, Instant, LedgerView, Policy, Query, Situation } from "../../kernel/types/index.ts";

export interface Input {
  readonly id: IncidentId;
}
export interface Ports {
  readonly ledger: Ledger;
  readonly archive: Archive;
  /** Of the reader: it has no write verb at all. */
  readonly world: World;
  readonly rules: Rules;
  readonly policy: Policy;
  readonly clock: () => Instant;
  readonly by: string;
}

/**
 * Looks, and puts on record what it saw: after a write at what stands in the target's place, else along the scenario's chain.
 * The evidence of the guards is gathered in the same go, so that Decide needs no way into the cluster.
 */
export async function handler({ id }: Input, ports: Ports): Promise<void> {
  const view = await ports.ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = progress(view.story);
  if (at.closed) return;
  const attempt = underWay(at);
  const entry = attempt?.outcome ? await lookAt(attempt, at, ports) : await diagnoseOnce(view, at, ports);
  // A conflict means that the incident moved on meanwhile: Decide asks again if a look is still wanted.
  await ports.ledger.append(view, [entry], ports.by, ports.clock());
}

const givenFor = ({ incident: { cluster } }: Progress, { policy, clock }: Ports): Given => ({ cluster, policy, now: clock() });

async function lookAt(attempt: Attempt, at: Progress, ports: Ports): Promise<Entry> {
  const given = givenFor(at, ports);
  const { value, evidence } = await collect((seen) => look(attempt, ports.rules.remedies, given, seen), ports.world);
  return { type: "looked", intent: attempt.intent.hash, ...value, evidence: await keep(evidence, ports.archive) };
}

async function diagnoseOnce(view: LedgerView, at: Progress, ports: Ports): Promise<Entry> {
  const { rules } = ports;
  const given = givenFor(at, ports);
  const scenario = rules.scenarioOf(at.incident);
  const pass = (seen: Evidence) => {
    const diagnosed = scenario.diagnose(at.incident, at.diagnoses + 1, given, seen);
    return {
      value: diagnosed.value,
      wants: [
        ...rules.soon(at.incident, at.firing, given.policy, seen),
        ...diagnosed.wants,
        ...(diagnosed.wants.length > 0 ? [] : guardsWants(diagnosed.value, view, at, given, rules, seen)),
      ],
    };
  };
  const { value, evidence } = await collect(pass, ports.world, bounds, (text, read) => rules.derive(text, read, given));
  return { type: "diagnosed", diagnosis: value, evidence: await keep(evidence, ports.archive) };
}

/** What the guards would read about the first remedy. Their answers are Decide's. */
function guardsWants(
  diagnosis: Situation["diagnosis"],
  view: LedgerView,
  at: Progress,
  { policy, now }: Given,
  rules: Rules,
  seen: Evidence,
): readonly Query<unknown>[] {
  const [remedy] = diagnosis.remedies;
  if (!remedy) return [];
  const situation: Situation = {
    incident: at.incident,
    alerts: at.firing,
    diagnosis,
    remedy,
    plan: planOf(remedy),
    undoing: false,
    ledger: view,
    policy,
    now,
  };
  return judge(rules.guards, situation, seen).wants;
}
