import { canonical } from "../../kernel/digest.ts";
import type { Archive } from "../../kernel/ports.ts";
import { verify } from "../../kernel/story.ts";
import type { LedgerRecord, Sha256, Some } from "../../kernel/types/index.ts";

/** A story that is not as it was written. It is not sealed: a seal says that it is. */
export class BrokenChain extends Error {
  override readonly name = "BrokenChain";
}

/** The sealed copy's address in the archive, the hash of the last record, and how many there are. */
export interface Sealed {
  readonly address: Sha256;
  readonly head: Sha256;
  readonly records: number;
}

/** Puts the whole story into the archive, where it cannot be changed any more. Again, it is the same copy. */
export async function seal(story: Some<LedgerRecord>, archive: Pick<Archive, "put">): Promise<Sealed> {
  const chain = verify(story);
  if (!chain.whole) throw new BrokenChain(`record ${chain.seq} ${chain.why}`);
  const address = await archive.put(copyOf(story), "story");
  return { address, head: lastOf(story).hash, records: story.length };
}

/** The sealed copy itself. Its SHA-256 is its address: whoever has the story knows where its copy must be. */
export function copyOf(story: Some<LedgerRecord>): string {
  const { incidentId: incident, hash: head } = lastOf(story);
  return canonical({ incident, head, story });
}

const lastOf = (story: Some<LedgerRecord>): LedgerRecord => story.at(-1) ?? story[0];
