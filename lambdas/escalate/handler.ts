import { keep, recall } from "../../kernel/act/preserve.ts";
import { collect } from "../../kernel/collect.ts";
import type { Archive, Desk, Ledger, World } from "../../kernel/ports.ts";
import { asTold, type Progress, progress } from "../../kernel/progress.ts";
import type { DecisionRules } from "../../kernel/rules.ts";
import { key, run } from "../../kernel/suspend.ts";
import { after } from "../../kernel/time.ts";
import type { Evidence, Given, IncidentId, Instant, LedgerView, Policy, Query, Sha256 } from "../../kernel/types/index.ts";
import { bodyOf, titleOf } from "../../runbook/tickets/body.ts";
import { agentLogs } from "../../runbook/tickets/logs.ts";
import { priorityOf } from "../../runbook/tickets/priority.ts";
import { beforeSeconds, plotQueries } from "../../runbook/tickets/values.ts";

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

/** Opens the ticket at once; called again when the time after has passed, adds that time's logs as a comment. Both only once. */
export async function handler({ id }: Input, ports: Ports): Promise<void> {
  const view = await ports.ledger.view(id);
  if (!view) throw new TypeError(`there is no incident ${id}`);
  const at = asTold(progress(view.story));
  if (at.closed || !at.escalating) return;
  if (!at.ticket) return open(view, at, ports);
  if (!at.commented && ports.clock() >= at.ticket.commentAt) return comment(view, at, at.ticket.ticket, ports);
}

async function open(view: LedgerView, at: Progress, ports: Ports): Promise<void> {
  const { ledger, archive, desk, rules, policy, clock, by, plain } = ports;
  const seen = evidenceOf(at);
  const evidence = await whatIsLeft(Object.values(seen), archive);
  const plots = await gatherPlots(evidence, at, ports);
  const logs = await gatherLogs(at, after(at.incident.openedAt, -beforeSeconds), ports);
  const preserved = view.story.flatMap((record) => (record.type === "preserved" ? [record.archive] : []));
  const ticket = await desk.open({
    incident: at.incident.id,
    title: plain(titleOf(at.incident)),
    priority: priorityOf(at),
    body: bodyOf({ progress: at, evidence: new Map([...evidence, ...plots]), remedies: rules.remedies, policy, plain }),
    attachments: [
      ...Object.entries(seen).map(([name, address]) => ({ name: `${name}.json`, archive: address })),
      { name: "agent-logs-before.json", archive: logs },
      ...preserved.map((address, index) => ({ name: `preserved-${index + 1}.json`, archive: address })),
    ],
  });
  const now = clock();
  await ledger.append(view, [{ type: "ticketed", ticket, commentAt: after(now, policy.timing.logsAfterSeconds) }], by, now);
}

/** Addresses of what was seen, in the order in which it was: at the last diagnosis, right before the last write or its refusal, and last after it. */
function evidenceOf({ diagnosis, decision, attempts }: Progress): Readonly<Record<string, Sha256>> {
  const last = attempts.at(-1);
  const atWrite = (decision?.at === "write" ? decision.basis : last?.intent.basis)?.evidence;
  const after = last?.looks.at(-1)?.evidence;
  return {
    ...(diagnosis ? { evidence: diagnosis.evidence } : {}),
    ...(atWrite ? { "evidence-at-write": atWrite } : {}),
    ...(after ? { "evidence-after-write": after } : {}),
  };
}

/** All of it, the newest answer of each question. What the archive lost is lost: a ticket without values is better than none. */
async function whatIsLeft(addresses: readonly Sha256[], archive: Archive): Promise<Evidence> {
  const all = await Promise.all(addresses.map((address) => recall(address, archive).catch((): Evidence => new Map())));
  return new Map(all.flatMap((evidence) => [...evidence]));
}

async function comment(view: LedgerView, at: Progress, ticket: string, ports: Ports): Promise<void> {
  const { ledger, desk, clock, by, plain } = ports;
  const since = at.ticket?.written ?? at.incident.openedAt;
  const logs = await gatherLogs(at, since, ports);
  const body = [...undoneSince(at, since).map(plain), `Logs of the agents since ${since}: archive object ${logs}`];
  await desk.comment(ticket, at.incident.id, body.join("\n\n"));
  await ledger.append(view, [{ type: "commented", ticket, archive: logs }], by, clock());
}

/** What was still taken back although people had the ticket already: their command is not needed any more. */
const undoneSince = ({ attempts }: Progress, since: Instant): readonly string[] =>
  attempts.flatMap(({ intent, outcome }) =>
    intent.undoes && outcome && outcome.written >= since ? [`At ${outcome.written}, ${outcome.effect}: ${outcome.says}`] : [],
  );

/** Whatever can be had: a ticket without logs is better than none, and the archive says what was missing. */
async function gatherLogs(at: Progress, since: Instant, { world, archive, policy, clock }: Ports): Promise<Sha256> {
  const given: Given = { cluster: at.incident.cluster, policy, now: clock() };
  const pass = (seen: Evidence) => {
    const ran = run((read) => agentLogs(at.diagnosis?.diagnosis, read, given, since), seen);
    const wants: readonly Query<unknown>[] = ran.did === "miss" ? ran.queries : ran.did === "finish" ? ran.value : [];
    return { value: wants, wants };
  };
  const { evidence } = await collect(pass, world);
  return keep(evidence, archive, "preserved");
}

/** How the values came about: windows of what was asked of Prometheus. Without them the ticket says as much as it can. */
async function gatherPlots(evidence: Evidence, { incident }: Progress, { world, clock }: Ports): Promise<Evidence> {
  const wanted = plotQueries(evidence, incident, clock());
  return (await collect((seen) => ({ value: undefined, wants: wanted.filter((query) => !seen.has(key(query))) }), world)).evidence;
}
