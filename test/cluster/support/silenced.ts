import { key, run } from "../../../kernel/suspend.ts";
import { instant } from "../../../kernel/time.ts";
import type { Evidence } from "../../../kernel/types/index.ts";
import { alertsWith, silences } from "../../../runbook/queries/alertmanager.ts";
import { silencesOf } from "../../../runbook/silenced.ts";
import { anAlert, sha } from "../../support/incidents.ts";

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** What the Prometheus operator adds. */
export const beside = { prometheus: "monitoring/k8s" };

const ask = async (url: string): Promise<unknown> => (await fetch(url)).json();
async function tell(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${said}`);
  return said === "" ? undefined : JSON.parse(said);
}

/**
 * Puts an alert with these labels, and one more that only Prometheus knows of, and a silence with these matchers into an Alertmanager. Says by whom it
 * is silenced: what it says itself, and what we compute for the patrol's find of the same.
 */
export async function silencedBy(url: string, labels: Readonly<Record<string, string>>, ...matchers: readonly Matcher[]) {
  const now = Date.now();
  const until = instant(now + 60_000);
  const { alertname = "" } = labels;
  const alone = { name: "alertname", value: alertname, isRegex: false, isEqual: true };
  await tell(`${url}/api/v2/silences`, {
    ...{ matchers: [alone, ...matchers], startsAt: instant(now), endsAt: until },
    ...{ createdBy: "jo", comment: "a move" },
  });
  await tell(`${url}/api/v2/alerts`, [{ labels: { ...labels, ...beside }, annotations: {}, startsAt: instant(now - 1000), endsAt: until }]);
  const shown = alertsWith({ alertname });
  const [alert] = shown.parse(await ask(url + shown.text));
  const asked = silences();
  const value = await ask(url + asked.text);
  const evidence: Evidence = new Map([[key(asked), { state: "observed", value, at: instant(now), ref: sha(url) }]]);
  const ran = run((read) => silencesOf([anAlert({ from: "patrol", labels })], read), evidence);
  if (ran.did !== "finish") throw new Error(`it did not finish: ${ran.did}`);
  return { alertmanager: alert?.silencedBy ?? [], ours: ran.value };
}
