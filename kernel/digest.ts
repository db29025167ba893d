import { createHash } from "node:crypto";
import type { Sha256 } from "./types/index.ts";

/** JSON with sorted keys and without `undefined`: equal values give equal text (RFC 8785 for the values that we store). */
export const canonical = (value: unknown): string => JSON.stringify(sorted(value));

/** Rebuilt before it is written: a replacer, which JSON.stringify calls for each value, takes several times as long. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || "toJSON" in value) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

export const sha256 = (bytes: string | Uint8Array): Sha256 => createHash("sha256").update(bytes).digest("hex") as Sha256;

export const digest = (value: unknown): Sha256 => sha256(canonical(value));
