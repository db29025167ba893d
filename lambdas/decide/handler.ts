import { redactText } from "../../adapters/redact/index.ts";
import { recall } from "../../kernel/act/preserve.ts";
import { type Deciding, decide, type Step } from "../../kernel/decide/decide.ts";
import { digest } from "../../kernel/digest.ts";
import { concludedCluster } from "../../kernel/permit.ts";
import type { Archive, Ledger, Starter } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { DecisionRules } from "../../kernel/rules.ts";
import type { ClusterState, Incident, IncidentId, Instant, LedgerView, Next, Policy } from "../../kernel/types/index.ts";

/** What travels in the workflow's state. After a catch, `to` still names the state that failed. */
export interface Input {
  readonly id: IncidentId;
  readonly to?: string;
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}
export type Output = Next & { readonly id: IncidentId };

export interface Ports {
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly starter: Starter;
  readonly rules: DecisionRules;
  readonly policy: Policy;
  readonly clock: () => Instant;
  readonly by: string;
}

/** More records than this in one visit is a loop, and a loop is a fault. */
const recordsPerVisit = 50;

/** The hub: puts on record what is decided, one thing after the other, until there is somewhere to go. */
export async function handler({ id, to, error }: Input, ports: Ports): Promise<Output> {
  let fault = error;
  for (let visits = 0; visits < recordsPerVisit; visits++) {
    const view = await ports.ledger.view(id);
    if (!view) throw new TypeError(`there is no incident ${id}`);
    if (fault && view.head.open) {
      const entry = { type: "faulted", state: to ?? "?", error: said(fault) } as const;
      if ((await ports.ledger.append(view, [entry], ports.by, ports.clock())) !== "conflict") fault = undefined;
      continue;
    }
    if (await orphaned(view, ports)) continue;
    const step = decide(await deciding(view, ports));
    if (step.do === "go") return { id, ...step.next };
    await carry(step, view, ports);
  }
  throw new Error(`${id} took ${recordsPerVisit} records in one visit`);
}

/** What was thrown, in words: `Cause` is the JSON that Lambda gives of a function's error, or text. */
function said({ Error: name, Cause = "" }: NonNullable<Input["error"]>): string {
  const message = /"errorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(Cause)?.[1];
  return redactText(`${name ?? "error"}: ${(message ? String(JSON.parse(message)) : Cause).slice(0, 500)}`);
}

async function deciding(view: LedgerView, { archive, rules, policy, clock }: Ports): Promise<Deciding> {
  const { diagnosis } = progress(view.story);
  return { view, evidence: diagnosis ? await recall(diagnosis.evidence, archive) : new Map(), rules, policy, now: clock() };
}

/** A conflict is no error: someone else moved the incident, so the next turn decides on what is there then. */
async function carry(step: Exclude<Step, { do: "go" }>, view: LedgerView, ports: Ports): Promise<void> {
  const { ledger, clock, by } = ports;
  const { incident } = progress(view.story);
  if (step.do === "fold") return fold(step.says, incident, view, ports);
  if (step.concludes) {
    const next = concludedCluster(view.cluster, { incident: incident.id, ...step.concludes }, ports.policy, clock());
    if (!(await ledger.setCluster(incident.cluster, view.cluster, next))) return;
    await ledger.append({ ...view, cluster: next }, step.entries, by, clock());
    return;
  }
  if ((await ledger.append(view, step.entries, by, clock())) === "conflict") return;
  if (step.entries.some((entry) => entry.type === "closed")) await unfold(incident, ports);
}

/** One incident stands for all that show the cause; no permit is given in its children any more. */
async function fold(says: string, child: Incident, view: LedgerView, { ledger, starter, policy, clock, by }: Ports): Promise<void> {
  const now = clock();
  const body = child.alerts[0].body;
  const alert = {
    from: "fold",
    status: "firing",
    cluster: child.cluster,
    fingerprint: digest({ fold: child.id }).slice(0, 16),
    // The same each time, so that a fold that was killed half-way and comes again joins once.
    startsAt: child.openedAt,
    labels: { cluster: child.cluster, scenario: child.scenario, scope: "cluster" },
    body,
  } as const;
  const parent = await ledger.openOrJoin(
    { cluster: child.cluster, scenario: child.scenario, scope: { of: "cluster" }, alerts: [alert], policy: policy.version },
    now,
  );
  if (parent.did === "nothing-open") throw new Error("a fold opens its parent");
  if (
    view.cluster.parent !== parent.id &&
    !(await ledger.setCluster(child.cluster, view.cluster, { ...view.cluster, version: view.cluster.version + 1, parent: parent.id }))
  )
    return;
  await ledger.append(
    view,
    [
      { type: "folded", into: parent.id },
      { type: "closed", result: "folded", says },
    ],
    by,
    now,
  );
  await starter.start(parent.id);
}

/** A fold whose parent has ended, but whose mark was left behind, would block the cluster for ever: true when it was cleared. */
async function orphaned({ head, cluster, story }: LedgerView, ports: Ports): Promise<boolean> {
  if (!cluster.parent || cluster.parent === head.id) return false;
  const parent = await ports.ledger.view(cluster.parent);
  if (parent?.head.open) return false;
  await clearParent(progress(story).incident.cluster, cluster, ports);
  return true;
}

/** Once the parent is closed, its children's successors may have permits again. */
async function unfold(closed: Incident, ports: Ports): Promise<void> {
  const seen = await ports.ledger.cluster(closed.cluster);
  if (seen.parent === closed.id) await clearParent(closed.cluster, seen, ports);
}

async function clearParent(cluster: string, seen: ClusterState, { ledger }: Ports): Promise<void> {
  const { parent, ...rest } = seen;
  await ledger.setCluster(cluster, seen, { ...rest, version: seen.version + 1 });
}
