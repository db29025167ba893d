import { readFileSync } from "node:fs";
import { thawPolicy } from "../../adapters/policy/frozen.ts";
import { redactText } from "../../adapters/redact/index.ts";
import { instant } from "../../kernel/time.ts";
import type { Instant, Policy } from "../../kernel/types/index.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";
import { writeLine } from "./lines.ts";

export const clock = (): Instant => instant(Date.now());

/** As it was deployed: its version is checked. */
export const policy = once((): Policy => thawPolicy(readFileSync(env(environment.policy), "utf8")));

export interface Line {
  readonly level: "info" | "error";
  readonly message: string;
}
/** One line of JSON, with the incident in it wherever there is one: the correlation id of everything. */
export const log = (line: Line & Readonly<Record<string, unknown>>): void =>
  writeLine(redactText(JSON.stringify({ timestamp: clock(), ...line })));

/**
 * Runs a handler; what it throws is logged with the incident, and thrown on, for the workflow to catch. Both without a secret: Lambda writes what is
 * thrown into the log as well, and the workflow's history keeps it.
 */
export async function logged<I extends { readonly id: string }, O>(what: string, input: I, run: () => Promise<O>): Promise<O> {
  const began = Date.now();
  try {
    const output = await run();
    log({ level: "info", message: what, incident: input.id, ms: Date.now() - began });
    return output;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    log({ level: "error", message: `${what} failed`, incident: input.id, ms: Date.now() - began, error: `${name}: ${message}` });
    const clean = redactText(message);
    throw error instanceof Error && clean === message ? error : Object.assign(new Error(clean), { name });
  }
}
