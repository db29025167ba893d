import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeDurably } from "../adapters/archive/durable.ts";
import type { Ledger } from "../kernel/ports.ts";
import type { Token } from "../lambdas/authorize/tokens.ts";
import { places } from "./places.ts";

/**
 * Puts the stop switches there, as off, for what is new: everywhere in a new data folder, and a cluster that runs there for the first time. One
 * that is thrown stays thrown, and one that was lost stays missing: writes are denied then until a person has set it.
 */
export async function provisionSwitches(ledger: Pick<Ledger, "switchOf" | "setSwitch">, dataDir: string, cluster: string): Promise<void> {
  const { provisioned } = places(dataDir);
  const known = existsSync(provisioned) ? (JSON.parse(readFileSync(provisioned, "utf8")) as readonly string[]) : undefined;
  if (known?.includes(cluster)) return;
  for (const reach of [...(known ? [] : (["all"] as const)), { cluster }]) {
    if ((await ledger.switchOf(reach)).state === "missing") await ledger.setSwitch(reach, { state: "off" });
  }
  await writeDurably(provisioned, JSON.stringify([...(known ?? []), cluster]));
}

/** The webhook's bearer token of this data folder: made once, kept in a file that only its owner reads. It speaks for the session's cluster only. */
export function provisionToken(dataDir: string, cluster: string): { readonly secret: string; readonly tokens: readonly Token[] } {
  const { token } = places(dataDir);
  if (!existsSync(token)) writeFileSync(token, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  const secret = readFileSync(token, "utf8").trim();
  const current = createHash("sha256").update(secret).digest("hex");
  return { secret, tokens: [{ name: "local", current, clusters: [cluster] }] };
}
