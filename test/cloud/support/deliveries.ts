import { bounded } from "../../../lambdas/ingest/bounded.ts";
import { post } from "./posting.ts";
import type { Stage } from "./stage.ts";

/** What became of a body, in milliseconds from the first attempt to 200. */
export interface Delivered {
  readonly attempts: number;
  readonly ms: number;
  readonly text: string;
}

const most = 10;

/** Sends a body as Alertmanager does: once more after a 5xx, a timeout or a broken connection. Throws for any other answer but 200. */
export async function deliver(stage: Stage, body: string): Promise<Delivered> {
  const began = performance.now();
  for (let attempts = 1; attempts <= most; attempts++) {
    const { status, text } = await post(stage, body, stage.tokens.alertmanager).catch((error: unknown) => ({
      status: 599,
      text: String(error),
    }));
    if (status === 200) return { attempts, ms: Math.round(performance.now() - began), text };
    if (status < 500) throw new Error(`${status} ${text}`);
  }
  throw new Error(`no delivery was taken in ${most} attempts`);
}

/** All of them, some at once. In the order of the bodies. */
export async function deliverAll(stage: Stage, bodies: readonly string[], atOnce: number): Promise<readonly Delivered[]> {
  const results = await bounded(bodies, atOnce, (body) => deliver(stage, body));
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
