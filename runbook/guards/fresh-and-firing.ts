import { allow, deny, wait } from "../../kernel/answers.ts";
import { digest } from "../../kernel/digest.ts";
import { after, secondsBetween } from "../../kernel/time.ts";
import type { Alert, Guard, Observed, Policy, Query, Read, Ruling, Situation } from "../../kernel/types/index.ts";
import { type AlertNow, alertsWith } from "../queries/alertmanager.ts";
import { firing } from "../queries/prometheus.ts";
import { silencesOf } from "../silenced.ts";

/** An alert that is over, silenced, or of unknown state moves nothing; nor does a diagnosis of long ago. */
export const freshAndFiring: Guard = {
  id: "fresh-and-firing",
  asks: "Does an alert still fire, unsilenced, and is the diagnosis of now?",
  rule(situation, read) {
    const { alerts, policy, now, undoing } = situation;
    // What did not help is taken back whether or not the alert still fires.
    if (undoing) return allow;
    if (alerts.length === 0) return deny("every alert of this incident is resolved");
    const sights = alerts.filter(({ from }) => from === "alertmanager").map((alert) => sightOf(alert, read));
    const silence = sights.flatMap(({ silencedBy }) => silencedBy);
    // Somebody has said that nothing is to be done: that holds for the incident, whatever else fires or is asked for.
    if (silence.length > 0) return deny(`the alert is silenced (${silence.join(", ")})`);
    const unheard = silencesOf(alerts, read);
    if (unheard.length > 0) return deny(`what the patrol found is silenced (${unheard.join(", ")})`);
    const fires = sights.length < alerts.length ? allow : firingNow(sights, situation, read);
    if (fires.rule !== "allow") return fires;
    const age = diagnosisAge(situation);
    if (age === undefined) return deny("there is no diagnosis on record");
    return age > policy.limits.freshSeconds ? wait(now, `the diagnosis is ${Math.round(age)} s old`) : allow;
  },
};

/** Before the first record of this round's diagnosis, it is being made right now. */
function diagnosisAge({ ledger: { story }, diagnosis, now }: Situation): number | undefined {
  const last = story.findLast((record) => record.type === "diagnosed");
  if (last?.type === "diagnosed" && last.diagnosis.round === diagnosis.round) return secondsBetween(last.written, now);
  return 0;
}

interface Sight {
  readonly alert: Alert;
  readonly seen: Observed<AlertNow | undefined>;
  /** None where Alertmanager cannot be asked: nobody else knows of silences. */
  readonly silencedBy: readonly string[];
}
function sightOf(alert: Alert, read: Read): Sight {
  const asked = read.maybe(sightingOf(alert));
  if (asked.state === "unavailable") return { alert, seen: asked, silencedBy: [] };
  const value = asked.value.find((now) => isSame(alert, now));
  return { alert, seen: { ...asked, value }, silencedBy: value?.silencedBy ?? [] };
}

/** With the very labels that it came with, and so about the same: an alert that only shares the fingerprint is another one. */
const isSame = (alert: Alert, now: AlertNow): boolean => now.fingerprint === alert.fingerprint && digest(now.labels) === alert.whole;

/** One that fires is enough. A person's request and a patrol's find have no rule that fires: they hold for as long as a fresh check is faulty. */
const firingNow = (sights: readonly Sight[], situation: Situation, read: Read): Ruling =>
  sights.map((sight) => ruling(sight, situation, read)).reduce((best, one) => (best.rule === "allow" ? best : one));

function ruling({ alert, seen }: Sight, situation: Situation, read: Read): Ruling {
  if (seen.state === "unavailable") return byPrometheus(alert, seen.reason, situation, read);
  const again = after(situation.now, situation.policy.timing.lookAgainSeconds);
  switch (seen.value?.state) {
    case "active":
      return allow;
    case "unprocessed":
      return wait(again, "Alertmanager has taken the alert in and not looked at it yet");
    case "suppressed":
      return deny("the alert is inhibited by another one");
    case undefined:
      return wait(again, "Alertmanager does not show the alert any more");
  }
}

function byPrometheus(alert: Alert, reason: string, { incident: { cluster }, policy }: Situation, read: Read): Ruling {
  const cannot = `Alertmanager cannot be asked (${reason}), and`;
  const labels = asRuled(alert, policy);
  if (!labels) return deny(`${cannot} the alert names no rule, or nothing that it is about, that Prometheus could be asked for`);
  return read(firing(labels, { cluster, policy })).length > 0 ? allow : deny(`${cannot} Prometheus does not show the alert firing`);
}

/**
 * The alert as Alertmanager has it now, among others of its name where it has one: its labels may be called otherwise there (`exported_*`, a mapping
 * of the policy), and the fingerprint tells it from its like. Throws `TypeError` for an alert without labels.
 */
export const sightingOf = ({ labels }: Alert): Query<readonly AlertNow[]> =>
  alertsWith(labels.alertname ? { alertname: labels.alertname } : labels);

const places = ["namespace", "workload", "pod", "node"];

/**
 * Prometheus knows no fingerprint: the rule by its name, what it says the scenario is (in its own words, where the policy maps it), and what it is about must
 * all fit. Undefined where the alert does not say enough for that: a rule's name alone is anybody's.
 */
function asRuled({ labels }: Alert, { alerts }: Policy): Readonly<Record<string, string>> | undefined {
  const { alertname, scenario } = labels;
  if (!alertname) return undefined;
  const mapped = alerts.find(({ match, ...to }) => to.scenario === scenario && match.alertname === alertname)?.match;
  const about = Object.entries(labels).filter(([name]) => places.includes(name));
  if (!scenario && about.length === 0) return undefined;
  return { ...(mapped ?? (scenario ? { scenario } : {})), alertname, ...Object.fromEntries(about) };
}
