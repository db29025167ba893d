import { setTimeout } from "node:timers/promises";

export interface Receiver {
  readonly url: string;
  readonly bearer: string;
}
/** What became of a notification: the last status, undefined where none came. */
export interface Delivery {
  readonly attempts: number;
  readonly status: number | undefined;
}
interface Options {
  /** Ends the retries. */
  readonly signal: AbortSignal;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const timeoutMs = 10_000;
const firstPause = 100;
const longestPause = 2_000;

/** A pause that ends early when the world stops. */
const pauseUntil = (signal: AbortSignal) => (ms: number) => setTimeout(ms, undefined, { signal }).catch(() => undefined);

/** Posts once more after 5xx, a timeout or a network error, for as long as it takes; any other answer is the last word, as with Alertmanager. */
export async function notify({ url, bearer }: Receiver, body: unknown, { signal, wait = pauseUntil(signal) }: Options): Promise<Delivery> {
  let status: number | undefined;
  for (let attempts = 1; ; attempts++) {
    status = await post(url, bearer, JSON.stringify(body), signal);
    if (signal.aborted || (status !== undefined && status < 500)) return { attempts, status };
    await wait(Math.min(longestPause, firstPause * 2 ** (attempts - 1)));
    if (signal.aborted) return { attempts, status };
  }
}

async function post(url: string, bearer: string, body: string, stopped: AbortSignal): Promise<number | undefined> {
  try {
    const headers = { "content-type": "application/json", "user-agent": "Alertmanager/0.28.0", authorization: `Bearer ${bearer}` };
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
