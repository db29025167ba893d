import { afterAll, onTestFinished } from "vitest";
import type { IncidentName } from "../../local/world/incidents/incidents.ts";
import type { UserName } from "../../local/world/kubernetes/roles.ts";
import { startWorld, type World } from "../../local/world/world.ts";

export interface Practice {
  readonly world: World;
  /** Moves the clock by so many milliseconds, in steps that are shorter than anything takes, and lets the world follow. */
  advance(ms: number): void;
  /** A plain request, as that user; undefined sends no token. */
  ask(user: UserName | undefined, method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
}
export interface Answer {
  readonly status: number;
  readonly body: Body;
}
interface Body {
  readonly kind: string;
  readonly message: string;
  readonly reason?: string;
  readonly metadata: Readonly<Record<string, string>> & { readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message: string }[];
    readonly retryAfterSeconds?: number;
  };
}

export const start = Date.parse("2026-05-04T12:00:00Z");
const step = 50;

/** A world of the test's own, with a clock that only the test moves. */
export async function practice(incident: IncidentName = "healthy"): Promise<Practice> {
  const made = await newPractice(incident);
  onTestFinished(() => made.world.stop());
  return made;
}

/** One of each incident for all tests of a file, which change nothing in it. */
export function sharedPractice(): (incident?: IncidentName) => Promise<Practice> {
  const made = new Map<IncidentName, Promise<Practice>>();
  afterAll(async () => {
    for (const each of made.values()) await (await each).world.stop();
  });
  return (incident = "healthy") => {
    const known = made.get(incident) ?? newPractice(incident);
    made.set(incident, known);
    return known;
  };
}

async function newPractice(incident: IncidentName): Promise<Practice> {
  let now = start;
  const world = await startWorld({ incident, clock: () => now, readyDelayMs: 400 });
  return {
    world,
    advance(ms) {
      for (const end = now + ms; now < end; ) {
        now = Math.min(end, now + step);
        world.tick();
      }
    },
    ask: (user, method, path, body, type = "application/json") =>
      ask(`${world.kubernetesUrl}${path}`, method, user && world.tokens[user], body, type),
  };
}

async function ask(url: string, method: string, token: string | undefined, body: unknown, type: string): Promise<Answer> {
  const headers = { "content-type": type, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const sent = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, body: sent });
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    body: isJson ? ((await response.json()) as Body) : { kind: "text", message: await response.text(), metadata: {}, items: [] },
  };
}

export const merge = "application/merge-patch+json";
export const strategic = "application/strategic-merge-patch+json";
export const jsonPatch = "application/json-patch+json";
