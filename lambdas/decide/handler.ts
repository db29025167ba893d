import { redactText } from "../../adapters/redact/index.ts";
import { recall } from "../../kernel/act/preserve.ts";
import { decide, evidenceFor, type Step } from "../../kernel/decide/decide.ts";
import { digest } from "../../kernel/digest.ts";
import { concludedCluster } from "../../kernel/permit.ts";
import type { Archive, Ledger, Starter } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { DecisionRules } from "../../kernel/rules.ts";
import type { ClusterState, Entry, Evidence, Incident, IncidentId, Instant, LedgerView, Next, Policy } from "../../kernel/types/index.ts";

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
    if (await clearedMark(view, ports)) continue;
    const evidence = await recalled(view, ports);
    if (!evidence) continue;
    const now = ports.clock();
    const from = to === undefined || error ? {} : { from: to };
    const step = decide({ view, evidence, rules: ports.rules, policy: ports.policy, now, ...from });
    if (step.do === "go") return { id, ...step.next };
    await carry(step, view, now, ports);
  }
  throw new Error(`${id} took ${recordsPerVisit} records in one visit`);
}

/** What was thrown, in words: `Cause` is the JSON that Lambda gives of a function's error, or text. */
function said({ Error: name, Cause = "" }: NonNullable<Input["error"]>): string {
  const message = /"errorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(Cause)?.[1];
  return redactText(`${name ?? "error"}: ${(message ? String(JSON.parse(message)) : Cause).slice(0, 500)}`);
}

/** What the next decision is made over. Where the archive cannot give it, that is put on record, which voids the diagnosis: it is made anew. */
async function recalled(view: LedgerView, { archive, ledger, clock, by }: Ports): Promise<Evidence | undefined> {
  const address = evidenceFor(progress(view.story));
  if (!address) return new Map();
  try {
    return await recall(address, archive);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    await ledger.append(
      view,
      [{ type: "faulted", state: "Decide", error: said({ Error: name, Cause: message }), lost: address }],
      by,
      clock(),
    );
    return undefined;
  }
}

/** A conflict is no error: someone else moved the incident, so the next turn decides on what is there then. */
async function carry(step: Exclude<Step, { do: "go" }>, view: LedgerView, now: Instant, ports: Ports): Promise<void> {
  const { ledger, policy, by } = ports;
  const { incident, escalating } = progress(view.story);
  if (step.do === "fold") return fold(step.says, incident, view, ports);
  const next = step.concludes && concludedCluster(view.cluster, { incident: incident.id, ...step.concludes }, policy, now);
  try {
    if ((await ledger.append(view, step.entries, by, now, next)) === "conflict") return;
  } catch (error) {
    if (!(error instanceof RangeError) || escalating) throw error;
    await ledger.append(view, [tooLarge(error)], by, now);
    return;
  }
  if (step.entries.some((entry) => entry.type === "closed")) await unfold(incident, ports);
}

/** The ledger's own word on what it does not take: the next try would be as large, so people get it. */
const tooLarge = ({ message }: RangeError): Entry => ({
  type: "escalating",
  result: "escalated",
  why: `what was decided cannot be put on record: ${said({ Error: "RangeError", Cause: message })}`,
});

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

/**
 * A mark that was left behind would block the cluster for ever: of a fold whose parent has ended, of a write whose outcome is on record. Who left it
 * says so itself, by its own story. True when one was cleared.
 */
async function clearedMark(view: LedgerView, ports: Ports): Promise<boolean> {
  const { head, cluster, story } = view;
  const { parent, pending } = cluster;
  const name = progress(story).incident.cluster;
  if (parent && parent !== head.id && !(await ports.ledger.view(parent))?.head.open) {
    await clearParent(name, cluster, ports);
    return true;
  }
  const writer = pending && (pending.incident === head.id ? view : await ports.ledger.view(pending.incident));
  if (!writer?.story.some((record) => record.type === "outcome" && record.intent === pending?.intent)) return false;
  const { pending: _settled, ...rest } = cluster;
  await ports.ledger.setCluster(name, cluster, { ...rest, version: cluster.version + 1 });
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
