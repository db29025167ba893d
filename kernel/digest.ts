import { createHash } from "node:crypto";
import type { Sha256 } from "./types/index.ts";

/** JSON with sorted keys and without `undefined`: equal values give equal text (RFC 8785 for the values that we store). */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : v,
  );
}

export const sha256 = (bytes: string | Uint8Array): Sha256 => createHash("sha256").update(bytes).digest("hex") as Sha256;

export const digest = (value: unknown): Sha256 => sha256(canonical(value));
