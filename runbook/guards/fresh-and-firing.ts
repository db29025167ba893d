import { allow, deny, wait } from "../../kernel/answers.ts";
import { after, secondsBetween } from "../../kernel/time.ts";
import type { Alert, Guard, Query, Read, Ruling, Situation } from "../../kernel/types/index.ts";
import { type AlertNow, alertsWith } from "../queries/alertmanager.ts";
import { firing } from "../queries/prometheus.ts";

/** An alert that is over, silenced, or of unknown state moves nothing; nor does a diagnosis of long ago. */
export const freshAndFiring: Guard = {
  id: "fresh-and-firing",
  asks: "Does an alert still fire, unsilenced, and is the diagnosis of now?",
  rule(situation, read) {
    const { alerts, policy, now, undoing } = situation;
    // What did not help is taken back whether or not the alert still fires.
    if (undoing) return allow;
    if (alerts.length === 0) return deny("every alert of this incident is resolved");
    const fires = firingNow(situation, read);
    if (fires.rule !== "allow") return fires;
    const age = diagnosisAge(situation);
    if (age === undefined) return deny("there is no diagnosis on record");
    return age > policy.limits.freshSeconds ? wait(now, `the diagnosis is ${Math.round(age)} s old`) : allow;
  },
};

/** A person's request and a patrol's find have no rule that fires: they hold for as long as a fresh check is faulty. */
function firingNow(situation: Situation, read: Read): Ruling {
  const { alerts } = situation;
  if (alerts.some((alert) => alert.from !== "alertmanager")) return allow;
  return alerts.map((alert) => ruling(alert, situation, read)).reduce((best, one) => (best.rule === "allow" ? best : one));
}

/** Before the first record of this round's diagnosis, it is being made right now. */
function diagnosisAge({ ledger: { story }, diagnosis, now }: Situation): number | undefined {
  const last = story.findLast((record) => record.type === "diagnosed");
  if (last?.type === "diagnosed" && last.diagnosis.round === diagnosis.round) return secondsBetween(last.written, now);
  return 0;
}

function ruling(alert: Alert, { policy, now }: Situation, read: Read): Ruling {
  const asked = read.maybe(sightingOf(alert));
  if (asked.state === "observed") {
    const same = asked.value.filter(({ fingerprint }) => fingerprint === alert.fingerprint);
    if (same.some(({ state }) => state === "active")) return allow;
    const [quiet] = same;
    const again = after(now, policy.timing.lookAgainSeconds);
    if (quiet?.state === "unprocessed") return wait(again, "Alertmanager has taken the alert in and not looked at it yet");
    if (quiet)
      return deny(
        quiet.silencedBy.length > 0 ? `the alert is silenced (${quiet.silencedBy.join(", ")})` : "the alert is inhibited by another one",
      );
    return wait(again, "Alertmanager does not show the alert any more");
  }
  const samples = read(firing(placed(alert)));
  return samples.length > 0 ? allow : deny(`Alertmanager cannot be asked (${asked.reason}), and Prometheus does not show the alert firing`);
}

/**
 * The alert as Alertmanager has it now, among others of its name where it has one: its labels may be called otherwise there (`exported_*`, a mapping
 * of the policy), and the fingerprint tells it from its like. Throws `TypeError` for an alert without labels.
 */
export const sightingOf = ({ labels }: Alert): Query<readonly AlertNow[]> =>
  alertsWith(labels.alertname ? { alertname: labels.alertname } : labels);

/** Prometheus knows no fingerprint: all that the rule itself may have set must fit. */
const placed = ({ labels }: Alert): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => ["alertname", "namespace", "workload", "pod", "node"].includes(name)));
