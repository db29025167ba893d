import { collect } from "../collect.ts";
import { canonical } from "../digest.ts";
import { ruleOf } from "../plan.ts";
import type { Archive, World } from "../ports.ts";
import { key } from "../suspend.ts";
import type { EntryOf, Evidence, EvidenceBundle, Given, KnownRemedies, Query, Remedy, Sha256, Some } from "../types/index.ts";
import { some } from "../types/index.ts";

/** Equal evidence has one form, and so one address. */
export const bundle = (evidence: Evidence): EvidenceBundle => [...evidence].sort(([a], [b]) => (a < b ? -1 : 1));

/** Archives evidence whole and gives its address. */
export const keep = (evidence: Evidence, archive: Archive, kind: "evidence" | "preserved" = "evidence"): Promise<Sha256> =>
  archive.put(canonical(bundle(evidence)), kind);

/**
 * Archives what the write would destroy: logs, events, the object; and the metric windows. What could not be had is named: beside what was kept, or,
 * where the write would destroy it, instead: then there is no record, and so no write.
 */
export async function preserve(
  remedy: Remedy,
  remedies: KnownRemedies,
  given: Given,
  world: World,
  archive: Archive,
): Promise<Omit<EntryOf<"preserved">, "plan"> | { readonly lost: Some<string> }> {
  const { must, may } = ruleOf(remedies, remedy.kind).preserve(remedy, given);
  const missingOf = (queries: readonly Query<unknown>[], seen: Evidence) => queries.filter((query) => !seen.has(key(query)));
  const { evidence } = await collect((seen) => ({ value: undefined, wants: missingOf([...must, ...may], seen) }), world);
  const reasons = (queries: readonly Query<unknown>[]) =>
    queries.flatMap((query) => {
      const observed = evidence.get(key(query));
      return observed?.state === "observed" ? [] : [`${query.text}: ${observed?.reason ?? "not read"}`];
    });
  const lost = some(reasons(must));
  return lost ? { lost } : { type: "preserved", archive: await keep(evidence, archive, "preserved"), missing: reasons(may) };
}

/** Archived evidence, as it was when it was kept. Throws where the archive does not have it. */
export async function recall(address: Sha256, archive: Archive): Promise<Evidence> {
  return new Map(JSON.parse(new TextDecoder().decode(await archive.get(address))) as EvidenceBundle);
}
