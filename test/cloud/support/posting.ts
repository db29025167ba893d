import { clusterName } from "../../cluster/support/stage.ts";
import { anAlert, bodyOf } from "../../unit/ingress/support.ts";
import type { Stage } from "./stage.ts";

const patienceMs = 60_000;

/** What our API answers to a body, as Alertmanager would send it. Without a token: without the header. */
export async function post({ api }: Pick<Stage, "api">, body: string, token?: string): Promise<{ status: number; text: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${api.url}/alerts`, { method: "POST", headers, body, signal: AbortSignal.timeout(patienceMs) });
  return { status: answer.status, text: await answer.text() };
}

/** A delivery with one alert about a workload that nobody else speaks of. */
export const oneAlert = (labels: Readonly<Record<string, string>> = {}): string =>
  bodyOf([anAlert({}, { cluster: clusterName, ...labels })]);
