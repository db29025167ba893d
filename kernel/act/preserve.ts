import { collect } from "../collect.ts";
import { canonical } from "../digest.ts";
import { ruleOf } from "../plan.ts";
import type { Archive, World } from "../ports.ts";
import { key } from "../suspend.ts";
import type { EntryOf, Evidence, EvidenceBundle, Given, KnownRemedies, Remedy, Sha256 } from "../types/index.ts";

/** Equal evidence has one form, and so one address. */
export const bundle = (evidence: Evidence): EvidenceBundle => [...evidence].sort(([a], [b]) => (a < b ? -1 : 1));

/** Archives evidence whole and gives its address. */
export const keep = (evidence: Evidence, archive: Archive, kind: "evidence" | "preserved" = "evidence"): Promise<Sha256> =>
  archive.put(canonical(bundle(evidence)), kind);

/**
 * Archives what the write would destroy: logs, events, the object, the metric windows. What cannot be had is named in the record;
 * where nothing at all could be had there is no record, and so no write.
 */
export async function preserve(
  remedy: Remedy,
  remedies: KnownRemedies,
  given: Given,
  world: World,
  archive: Archive,
): Promise<Omit<EntryOf<"preserved">, "plan"> | undefined> {
  const wants = ruleOf(remedies, remedy.kind).preserve(remedy, given);
  const { evidence } = await collect((seen) => ({ value: undefined, wants: wants.filter((query) => !seen.has(key(query))) }), world);
  const missing = [...evidence].flatMap(([name, observed]) =>
    observed.state === "unavailable" ? [`${name.split("\n")[1]}: ${observed.reason}`] : [],
  );
  if (missing.length === evidence.size) return undefined;
  return { type: "preserved", archive: await keep(evidence, archive, "preserved"), missing };
}

/** Archived evidence, as it was when it was kept. Throws where the archive does not have it. */
export async function recall(address: Sha256, archive: Archive): Promise<Evidence> {
  return new Map(JSON.parse(new TextDecoder().decode(await archive.get(address))) as EvidenceBundle);
}
