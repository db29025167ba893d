import { scenarioMode } from "../plan.ts";
import { type Progress, progress, underWay, untaken } from "../progress.ts";
import { after, earliest, secondsBetween } from "../time.ts";
import { some } from "../types/index.ts";
import { afterFailure, awaitOutcome, followUp, lastChange, overdue } from "./after-write.ts";
import { restsUntil } from "./rest.ts";
import { close, type Deciding, escalate, faultsBeforeEscalation, go, type Step } from "./step.ts";
import { takeIn } from "./take-in.ts";
import { uponDiagnosis } from "./upon-diagnosis.ts";

export type { Deciding, Step } from "./step.ts";
export { evidenceFor } from "./upon-diagnosis.ts";

/**
 * The next step of an incident: a pure function of its story, the evidence of its last diagnosis, the policy and the time.
 * It is asked again after each thing that happened, so it may be killed anywhere: the answer is the same.
 */
export function decide(on: Deciding): Step {
  const at = progress(on.view.story);
  if (at.closed) return go({ to: "Done" });
  const news = some(untaken(on.view, at));
  // People first: no news, whatever it is like, stands between them and their ticket.
  if (news && !(at.escalating && !at.ticket)) return takeIn(news);
  const breath = afterFault(on);
  if (breath) return breath;
  const attempt = underWay(at);
  if (attempt) return attempt.outcome ? followUp(attempt, at, on) : awaitOutcome(attempt, at, on);
  if (at.escalating) return handOver(at, on);
  // What failed is taken back before anything else ends the incident: too old, too often, or switched off meanwhile.
  const last = lastChange(at);
  if (last && last.concluded?.proof !== "proved") return afterFailure(last, at, on);
  const tooMuch = overBounds(at, on);
  if (tooMuch) return escalate(tooMuch);
  if (scenarioMode(on.policy, at.incident) === "off") return close("ignored", "the policy's mode is off here");
  const pause = restsUntil(at.incident, on.policy.timing);
  if (on.now < pause) return go({ to: "Settle", until: pause });
  return at.diagnosis ? uponDiagnosis(at.diagnosis, at, on) : go({ to: "Diagnose" });
}

/** After a fault of the workflow, a breath: what is down for a moment would else use up all patience at once. */
function afterFault({ view, policy, now }: Deciding): Step | undefined {
  const last = view.story.at(-1);
  if (last?.type !== "faulted") return undefined;
  const until = after(last.written, policy.timing.lookAgainSeconds);
  return now < until ? go({ to: "Settle", until }) : undefined;
}

/** The ticket at once; what is overdue to be taken back, as soon as it may be; the logs of the time after as a comment; then the end. */
function handOver(at: Progress, on: Deciding): Step {
  const { escalating, ticket, commented } = at;
  if (!ticket) return go({ to: "Escalate" });
  if (commented) return close(escalating?.result ?? "escalated", `handed over: ${escalating?.why ?? "see the ticket"}`);
  const undo = overdue(at, on);
  if (undo && "step" in undo) return undo.step;
  const until = undo ? earliest(ticket.commentAt, undo.again) : ticket.commentAt;
  return on.now < ticket.commentAt ? go({ to: "Settle", until }) : go({ to: "Escalate" });
}

/** What ends even where nothing else does. Waiting costs age, not rounds. */
function overBounds(at: Progress, { policy: { limits }, now }: Deciding): string | undefined {
  const last = at.faults.at(-1);
  if (last && at.faults.length >= faultsBeforeEscalation)
    return `the workflow itself failed ${at.faults.length} times, last in ${last.state}: ${last.error}`;
  if (at.rounds > limits.rounds) return `${at.rounds} diagnoses did not lead to an end`;
  if (secondsBetween(at.incident.openedAt, now) > limits.ageSeconds) return `open for longer than ${limits.ageSeconds} s`;
  return undefined;
}
