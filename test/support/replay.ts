import { lookOnceMore } from "../../kernel/act/look.ts";
import { recall } from "../../kernel/act/preserve.ts";
import { decide } from "../../kernel/decide/decide.ts";
import { canonical } from "../../kernel/digest.ts";
import type { Archive, World } from "../../kernel/ports.ts";
import { progress, type Recorded, underWay } from "../../kernel/progress.ts";
import { look } from "../../kernel/prove.ts";
import type { Rules } from "../../kernel/rules.ts";
import { key } from "../../kernel/suspend.ts";
import type { Basis, Entry, Evidence, Instant, LedgerRecord, LedgerView, Policy, Some } from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";
import { aCluster } from "./incidents.ts";

export interface Past {
  readonly story: Some<LedgerRecord>;
  readonly archive: Archive;
  /** By its version: those that were ever in force. */
  readonly policies: readonly Policy[];
  readonly rules: Rules;
}
/** A record, and what is decided when it is decided again from what is stored; texts, as records are. */
export interface Replayed {
  readonly record: LedgerRecord;
  readonly recorded: string;
  readonly again: string;
}

/** Decides everything again that the story says was decided or found, from nothing but records and archive. What people and hands did is not decided. */
export async function replay(past: Past): Promise<readonly Replayed[]> {
  const all: Replayed[] = [];
  for (const [index, record] of past.story.entries()) {
    const before = some(past.story.slice(0, index));
    if (!before) continue;
    const again = await decidedAgain(record, before, past);
    if (again !== undefined) all.push({ record, recorded: canonical(content(record)), again: canonical(again) });
  }
  return all;
}

/** What a record says, without what the ledger added; of a write, what was judged right before it. */
function content(record: LedgerRecord): unknown {
  if (record.type === "intent") return record.verdict;
  const { incidentId, seq, written, by, nonce, prev, hash, ...entry } = record;
  return record.type === "decided" && record.at === "write" ? record.verdict : entry;
}

async function decidedAgain(record: LedgerRecord, story: Some<LedgerRecord>, past: Past): Promise<unknown> {
  const { rules, archive } = past;
  const at = progress(story);
  const { cluster } = at.incident;
  const evidence = async (address: Parameters<Archive["get"]>[0] | undefined): Promise<Evidence> =>
    address ? recall(address, archive) : new Map();
  const policyOf = (basis: Basis | undefined): Policy => {
    const found = past.policies.find(({ version }) => basis === undefined || version === basis.policy);
    if (!found) throw new Error("that policy is not there any more");
    return found;
  };
  const given = { cluster, policy: policyOf(undefined), now: record.written };
  switch (record.type) {
    case "diagnosed": {
      const { value } = rules.scenarioOf(at.incident).diagnose(at.incident, record.diagnosis.round, given, await evidence(record.evidence));
      return { type: "diagnosed", diagnosis: value, evidence: record.evidence };
    }
    case "looked": {
      const attempt = underWay(at);
      if (!attempt) throw new Error("nothing to look at");
      return { ...look(attempt, rules.remedies, given, await evidence(record.evidence)).value, ...looked(record) };
    }
    case "intent":
      return judgedAgain(at.decision, record.basis, story, past);
    case "decided":
      if (record.at === "write") return judgedAgain(at.decision, record.basis, story, past);
      break;
    default:
      if (record.by !== "Decide" || record.type === "faulted" || record.type === "folded") return undefined;
  }
  const basis = record.type === "decided" ? record.basis : undefined;
  const news = record.type === "joined" || record.type === "resolved" ? record.alerts : [];
  const step = decide({
    view: viewOf(story, basis, [...Array.from({ length: at.taken }, () => at.incident.alerts[0]), ...news]),
    evidence: await evidence(basis?.evidence),
    rules,
    policy: policyOf(basis),
    now: basis?.now ?? record.written,
  });
  return step.do === "append" ? step.entries[0] : step;
}

const looked = ({ type, intent, evidence }: Recorded<"looked">) => ({ type, intent, evidence });

/** The look right before the write, over what it read then. */
async function judgedAgain(
  decision: Recorded<"decided"> | undefined,
  basis: Basis | undefined,
  story: Some<LedgerRecord>,
  { archive, policies, rules }: Past,
): Promise<unknown> {
  const policy = policies.find(({ version }) => version === basis?.policy);
  if (!decision || !basis?.evidence || !policy) return undefined;
  const stored = await recall(basis.evidence, archive);
  const world: World = {
    fetch: async (query) => stored.get(key(query)) ?? { state: "unavailable", reason: "was not read then", at: basis.now },
  };
  const on = { world, archive, rules, policy, clock: (): Instant => basis.now };
  return (await lookOnceMore(decision, viewOf(story, basis, []), on)).verdict;
}

function viewOf(story: Some<LedgerRecord>, basis: Basis | undefined, inbox: LedgerView["inbox"]): LedgerView {
  const { incidentId, seq, hash } = story.at(-1) ?? story[0];
  return {
    head: { id: incidentId, open: true, seq, hash, inbox: inbox.length, run: 1 },
    inbox,
    story,
    cluster: basis?.cluster ?? aCluster(),
    stops: basis?.stops ?? { all: { state: "off" }, cluster: { state: "off" } },
  };
}

/** The entries of these types, in the order of the story. */
export const typesOf = (all: readonly Replayed[]): readonly Entry["type"][] => all.map(({ record }) => record.type);
