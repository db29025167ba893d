import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "../world/status.ts";
import { type Credentials, serviceHost, signed, type Unsigned } from "./sign.ts";

export interface Service {
  readonly region: string;
  readonly credentials: Credentials;
  /** Where all of AWS is, if not in its usual place. */
  readonly endpoint?: string;
}
export interface Asked extends Omit<Unsigned, "url"> {
  readonly service: string;
  readonly path?: string;
}
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Together with the waits between them less than the eight seconds that the shortest-lived function has. */
const attempts = 3;
const timeoutMs = 2_000;
const betweenMs = 150;

/**
 * One action of a service of AWS by one signed request: a whole client for it would be many times this file. Asked again where the service is in
 * trouble or has too many requests, so only for what may be asked twice. Rejects where no answer comes, without a word of what was sent.
 */
export async function send({ service, path = "/", ...asked }: Asked, { region, credentials, endpoint }: Service): Promise<Answer> {
  const url = new URL(path, endpoint ?? `https://${serviceHost(service, region)}`);
  for (let attempt = 1; ; attempt++) {
    const answer = await once({ ...asked, url }, { service, region, credentials });
    const passes = typeof answer === "string" || answer.status === 429 || answer.status >= 500;
    if (!passes || attempt === attempts) {
      if (typeof answer === "string") throw new Error(`${service} in ${region} gives no answer (${answer})`);
      return answer;
    }
    await wait(betweenMs * attempt);
  }
}

/** The answer, or the code of what came in its stead. */
async function once(request: Unsigned, as: { service: string; region: string; credentials: Credentials }): Promise<Answer | string> {
  const { method, url, body } = request;
  try {
    const headers = await signed(request, { ...as, now: new Date() });
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method, headers, body: body ?? null, redirect: "manual", signal });
    return { status: answer.status, text: await answer.text() };
  } catch (thrown) {
    return codeOf(thrown);
  }
}
