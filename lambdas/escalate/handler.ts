import { keep, recall } from "../../kernel/act/preserve.ts";
import { collect } from "../../kernel/collect.ts";
import type { Archive, Desk, Ledger, World } from "../../kernel/ports.ts";
import { type Progress, progress } from "../../kernel/progress.ts";
import type { DecisionRules } from "../../kernel/rules.ts";
import { run } from "../../kernel/suspend.ts";
import { after, secondsBetween } from "../../kernel/time.ts";
import type { Evidence, Given, IncidentId, Instant, LedgerView, Policy, Query, Sha256 } from "../../kernel/types/index.ts";
import { bodyOf, titleOf } from "../../runbook/tickets/body.ts";
import { agentLogs } from "../../runbook/tickets/logs.ts";
import { priorityOf } from "../../runbook/tickets/priority.ts";

export interface Input {
  readonly id: IncidentId;
}
export interface Ports {
  readonly ledger: Ledger;
  readonly archive: Archive;
  /** Of the reader. */
  readonly world: World;
  readonly desk: Desk;
  readonly rules: Pick<DecisionRules, "remedies">;
  readonly policy: Policy;
  readonly clock: () => Instant;
  readonly by: string;
  /** Makes foreign text harmless in the desk's markup. */
  readonly plain: (text: string) => string;
}

/** How far back the logs of a ticket go (runbook, "Escalation"). */
const logsBeforeSeconds = 15 * 60;

/** Opens the ticket at once; called again when the time after has passed, adds that time's logs as a comment. Both only once. */
export async function handler({ id }: Input, ports: Ports): Promise<void> {
  const view = await ports.ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = progress(view.story);
  if (at.closed || !at.escalating) return;
  if (!at.ticket) return open(view, at, ports);
  if (!at.commented && ports.clock() >= at.ticket.commentAt) return comment(view, at, at.ticket.ticket, ports);
}

async function open(view: LedgerView, at: Progress, ports: Ports): Promise<void> {
  const { ledger, archive, desk, rules, policy, clock, by, plain } = ports;
  const evidence = at.diagnosis ? await recall(at.diagnosis.evidence, archive) : new Map();
  const logs = await gatherLogs(at, logsBeforeSeconds, ports);
  const preserved = view.story.flatMap((record) => (record.type === "preserved" ? [record.archive] : []));
  const ticket = await desk.open({
    incident: at.incident.id,
    title: plain(titleOf(at.incident)),
    priority: priorityOf(at),
    body: bodyOf({ progress: at, evidence, remedies: rules.remedies, plain }),
    attachments: [
      ...(at.diagnosis ? [{ name: "evidence.json", archive: at.diagnosis.evidence }] : []),
      { name: "agent-logs-before.json", archive: logs },
      ...preserved.map((address, index) => ({ name: `preserved-${index + 1}.json`, archive: address })),
    ],
  });
  const now = clock();
  await ledger.append(view, [{ type: "ticketed", ticket, commentAt: after(now, policy.timing.logsAfterSeconds) }], by, now);
}

async function comment(view: LedgerView, at: Progress, ticket: string, ports: Ports): Promise<void> {
  const { ledger, desk, clock, by } = ports;
  const since = at.ticket?.written ?? at.incident.openedAt;
  const logs = await gatherLogs(at, Math.max(1, secondsBetween(since, clock())), ports);
  await desk.comment(ticket, at.incident.id, `Logs of the agents since ${since}: archive object ${logs}`);
  await ledger.append(view, [{ type: "commented", ticket, archive: logs }], by, clock());
}

/** Whatever can be had: a ticket without logs is better than none, and the archive says what was missing. */
async function gatherLogs(at: Progress, seconds: number, { world, archive, policy, clock }: Ports): Promise<Sha256> {
  const given: Given = { cluster: at.incident.cluster, policy, now: clock() };
  const pass = (seen: Evidence) => {
    const ran = run((read) => agentLogs(at.diagnosis?.diagnosis, read, given, seconds), seen);
    const wants: readonly Query<unknown>[] = ran.did === "miss" ? ran.queries : ran.did === "finish" ? ran.value : [];
    return { value: wants, wants };
  };
  const { evidence } = await collect(pass, world);
  return keep(evidence, archive, "preserved");
}
