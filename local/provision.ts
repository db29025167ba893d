import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Ledger } from "../kernel/ports.ts";
import type { Token } from "../lambdas/authorize/tokens.ts";
import { places } from "./places.ts";

/** Puts the stop switches there, as off, where none were ever set. One that is thrown stays thrown. */
export async function provisionSwitches(ledger: Ledger, cluster: string): Promise<void> {
  for (const reach of ["all", { cluster }] as const) {
    if ((await ledger.switchOf(reach)).state === "missing") await ledger.setSwitch(reach, { state: "off" });
  }
}

/** The webhook's bearer token of this data folder: made once, kept in a file that only its owner reads. It speaks for the session's cluster only. */
export function provisionToken(dataDir: string, cluster: string): { readonly secret: string; readonly tokens: readonly Token[] } {
  const { token } = places(dataDir);
  if (!existsSync(token)) writeFileSync(token, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  const secret = readFileSync(token, "utf8").trim();
  const current = createHash("sha256").update(secret).digest("hex");
  return { secret, tokens: [{ name: "local", current, clusters: [cluster] }] };
}
