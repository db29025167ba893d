import type { Alert, IncidentId, LedgerView, Some } from "../../kernel/types/index.ts";
import { some } from "../../kernel/types/index.ts";
import { pause } from "./commit.ts";
import { parse } from "./document.ts";
import { clusterOf, headOf, recordOf, switchOf } from "./items.ts";
import { clusterKey, headRange, incidentPartition, recordKey, stopKey } from "./keys.ts";
import type { Item, Store } from "./store.ts";

/** How often HEAD and inbox are read again when they do not agree, because an alert joined between the two. */
const attempts = 10;

/**
 * The incident as it stood at one moment between call and answer: HEAD first, then only what HEAD counts, so that what is written meanwhile
 * does not show by halves. Cluster and switches are read beside it; the permit transaction compares all of them once more.
 */
export async function readView(store: Store, id: IncidentId): Promise<LedgerView | undefined> {
  const state = await headAndInbox(store, id);
  if (state === undefined) return undefined;
  const { head, cluster, inbox } = state;
  const [records, clusterFields, all, own] = await Promise.all([
    store.records(id, recordKey(id, head.seq).sk),
    store.get(clusterKey(cluster)),
    store.get(stopKey("all")),
    store.get(stopKey({ cluster })),
  ]);
  const story = records.map(({ key, fields }) => recordOf(fields, `record ${key.sk} of ${id}`));
  const last = story.at(-1);
  if (last?.seq !== head.seq || last.hash !== head.hash) throw new Error(`the ledger is damaged: HEAD of ${id} is not its last record`);
  return {
    head,
    inbox,
    story: some(story) as Some<(typeof story)[number]>,
    cluster: clusterOf(clusterFields, cluster),
    stops: { all: switchOf(all), cluster: switchOf(own) },
  };
}

/** What the incident is about: written down once, by its first record. */
export function incidentOf({ story: [first] }: LedgerView) {
  if (first.type !== "opened") throw new Error(`the story of ${first.incidentId} does not begin with its opening`);
  return first.incident;
}

async function headAndInbox(store: Store, id: IncidentId) {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const items = await store.list(incidentPartition(id), ...headRange);
    const headItem = items.find(({ key }) => key.sk === "HEAD");
    if (headItem === undefined) return undefined;
    const { head, cluster } = headOf(id, headItem.fields);
    const inbox = alertsIn(items);
    if (inbox.length >= head.inbox) return { head, cluster, inbox: inbox.slice(0, head.inbox) };
    await pause(attempt);
  }
  throw new Error(`the ledger is damaged: HEAD of ${id} counts more alerts than its inbox holds`);
}

/** Without gaps from the first on: a read may meet a later item and have missed one before it. */
function alertsIn(items: readonly Item[]): readonly Alert[] {
  const alerts: Alert[] = [];
  for (const { key, fields } of items) {
    if (fields.first === alerts.length + 1) alerts.push(...parse<readonly Alert[]>(fields.alerts, `${key.pk} ${key.sk}`));
  }
  return alerts;
}
