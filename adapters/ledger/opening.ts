import { incidentId } from "../../kernel/ids.ts";
import { type Opened, type Opening, Unreachable } from "../../kernel/ports.ts";
import { beginning, seal } from "../../kernel/story.ts";
import type { Alert, EntryOf, Incident, IncidentId, Instant, LedgerRecord, Sha256, Some } from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";
import { commit, pause } from "./commit.ts";
import { document } from "./document.ts";
import { headFields, headOf, openedWrite, recordWrite } from "./items.ts";
import { headKey, inboxKey, incidentPartition, openKey, seenKey, seenRange } from "./keys.ts";
import { namedPerDelivery, receiptsPerItem, type Seen, seenFields, seenOf, sorted, unseen } from "./receipts.ts";
import type { Fields, Store, When } from "./store.ts";

/** Rounds before giving up: one is lost for each writer who was faster, and a storm has many of them. */
const rounds = 60;
/** Of these, without any answer: the store has tried several times before it says so. */
const silences = 2;
const nothing: Seen = { receipts: new Set(), named: new Set() };

interface Stamp {
  readonly now: Instant;
  readonly by: string;
  readonly nonce: string;
}

/** Opens the incident of this key, or joins the open one: whatever is true when the write arrives, by compare-and-set. */
export async function openOrJoin(store: Store, opening: Opening, stamp: Stamp): Promise<Opened> {
  let joined: IncidentId | undefined;
  let silent: IncidentId | undefined;
  for (let round = 1, unanswered = 0; round <= rounds; round++) {
    const place = await store.get(openKey(opening));
    if (place?.open !== true) {
      const firing = some(opening.alerts.filter((alert) => alert.status === "firing"));
      if (firing === undefined) return joined ? { did: "joined", id: joined } : { did: "nothing-open" };
      const opened = await open(store, opening, firing, place, stamp);
      if (opened) return { did: "opened", id: opened };
    } else {
      const id = place.id as IncidentId;
      const step = await join(store, opening, id, `${stamp.nonce}.${round}`);
      if (step === "all") return { did: "joined", id };
      if (step === "none") return { did: joined === id || silent === id ? "joined" : "already-there", id };
      if (step === "some") joined = id;
      if (step === "silence") {
        if (++unanswered > silences) break;
        silent = id;
      }
    }
    await pause(round);
  }
  throw new Unreachable(
    `the incident of ${opening.cluster}, ${opening.scenario}, took no more alerts: no answer, or too many writers at once`,
  );
}

/** Gives the id, or undefined where another opened it first. */
async function open(store: Store, opening: Opening, alerts: Some<Alert>, place: Fields | undefined, { now, by, nonce }: Stamp) {
  const { cluster, scenario, scope, policy } = opening;
  const generation = Number(place?.generation ?? 0) + 1;
  const firing = unseen(alerts, nothing);
  const named = firing.slice(0, namedPerDelivery) as unknown as Some<Alert>;
  const rest = unseen(opening.alerts, nothing)
    .filter((alert) => !named.includes(alert))
    .slice(0, receiptsPerItem);
  const id = incidentId(opening, generation);
  const closed = String(place?.closed);
  const after = Number.isNaN(Date.parse(closed)) ? {} : { after: closed as Instant };
  const of = { id, generation, cluster, scenario, scope, policy };
  const incident: Incident = { ...of, alerts: named, alertCount: firing.length, openedAt: now, ...after };
  const entry: EntryOf<"opened"> = { type: "opened", incident, bodies: bodiesOf(opening.alerts) };
  const record: LedgerRecord = seal(entry, { incidentId: id, seq: 1, prev: beginning }, { written: now, by, nonce });
  const free: When = place ? { is: { open: false, generation: generation - 1 } } : "absent";
  const head = headFields({ open: true, seq: 1, hash: record.hash, inbox: 0, run: 1 }, cluster);
  const refused = await commit(
    store,
    [
      {
        do: "put",
        key: openKey(opening),
        fields: { open: true, id, generation, cluster, scenario, scope: document(scope, "a scope") },
        when: free,
      },
      recordWrite(record),
      { do: "put", key: headKey(id), fields: head, when: "absent" },
      { do: "put", key: seenKey(id, 0), fields: seenFields(named, rest) },
      openedWrite(incident),
    ],
    record,
  );
  return refused.length === 0 ? id : undefined;
}

/** What became of one attempt. `again`: somebody else wrote meanwhile, or closed it; `silence`: the next round sees by the receipts. */
type Step = "all" | "some" | "none" | "again" | "silence";

async function join(store: Store, opening: Opening, id: IncidentId, token: string): Promise<Step> {
  // HEAD first: what it counts then is among the receipts, or the write is refused.
  const headItem = await store.get(headKey(id));
  if (headItem === undefined) return "again";
  const { inbox: before } = headOf(id, headItem).head;
  const seen = seenOf(await store.list(incidentPartition(id), ...seenRange));
  const fresh = unseen(opening.alerts, seen);
  if (fresh.length === 0) return "none";
  const { named, counted } = sorted(fresh, seen, before);
  // A full inbox: what came is in the archive, and the incident speaks of enough.
  if (named.length === 0) return "none";
  const inbox = before + named.length;
  const first = before + 1;
  try {
    const refused = await store.transact(
      [
        { do: "update", key: headKey(id), fields: { inbox }, when: { is: { open: true, inbox: before } } },
        { do: "put", key: inboxKey(id, first), fields: { first, alerts: document(named, `the inbox of ${id}`) }, when: "absent" },
        { do: "put", key: seenKey(id, inbox), fields: seenFields(named, counted), when: "absent" },
      ],
      token,
    );
    if (refused.length > 0) return "again";
    return named.length + counted.length === fresh.length ? "all" : "some";
  } catch (error) {
    if (error instanceof Unreachable) return "silence";
    throw error;
  }
}

const bodiesOf = (alerts: readonly Alert[]): readonly Sha256[] => [...new Set(alerts.map((alert) => alert.body))];
