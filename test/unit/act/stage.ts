import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import type { Acting } from "../../../kernel/act/act.ts";
import type { Archive, Ledger, Opening, World } from "../../../kernel/ports.ts";
import type { Rules } from "../../../kernel/rules.ts";
import { secondsBetween } from "../../../kernel/time.ts";
import type { Capability, IncidentId, Instant, Kind, LedgerRecord, LedgerView, Observed, Policy } from "../../../kernel/types/index.ts";
import * as decide from "../../../lambdas/decide/handler.ts";
import * as diagnose from "../../../lambdas/diagnose/handler.ts";
import { rules as runbook } from "../../../runbook/rules.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { worldOf } from "../../support/evidence.ts";
import { anAlert, aPolicy, at, sha, t0 } from "../../support/incidents.ts";
import { agentMetrics } from "../../support/metrics.ts";
import type { Change, Raw } from "../../support/objects.ts";
import { type Hands, Recorder, willing } from "./recorded.ts";

/** Of a pod that was made three days before the webhook. */
export const older: Change = { metadata: { creationTimestamp: "2026-11-07T03:00:00Z" } };

export const anOpening = (change: Partial<Opening> = {}): Opening => ({
  cluster: "prod",
  scenario: "workloads-not-receiving-svids",
  scope: { of: "owner", namespace: "payments", kind: "Deployment", name: "checkout" },
  alerts: [anAlert()],
  policy: sha("policy"),
  ...change,
});

/** What may be changed at any time. */
interface Now {
  objects: readonly Raw[];
  /** Nothing can be read while this is true; of what it names, nothing whose path or expression has it in it. */
  blind: boolean | string;
  seconds: number;
}
export interface Stage {
  readonly id: IncidentId;
  readonly folder: string;
  readonly now: Now;
  readonly clock: () => Instant;
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly world: World;
  readonly rules: Rules;
  readonly policy: Policy;
  readonly hands: Hands;
  readonly seen: Recorder;
  /** Incidents whose execution was started. */
  readonly started: IncidentId[];
  acting(capability: Capability): Acting;
  decide(change?: Partial<decide.Input>, ports?: Partial<decide.Ports>): Promise<decide.Output>;
  diagnose(id?: IncidentId, ports?: Partial<diagnose.Ports>): Promise<void>;
  /** Decides and looks until there is something else to do, and gives that. Waits pass at once. */
  plan(id?: IncidentId): Promise<decide.Output>;
  view(id?: IncidentId): Promise<LedgerView>;
  /** The records behind the first, by type. */
  types(id?: IncidentId): Promise<readonly string[]>;
  last<T extends LedgerRecord["type"]>(type: T, id?: IncidentId): Promise<Extract<LedgerRecord, { type: T }>>;
}
export interface Setting {
  readonly objects?: readonly Raw[];
  readonly policy?: Policy;
  readonly opening?: Partial<Opening>;
}

/** A real ledger and archive in a folder of their own, the real runbook, a cluster that is a list of objects, recorded hands. */
export async function aStage({ objects, policy = aPolicy(), opening = {} }: Setting = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stage-"));
  const file = openSqliteLedger({ path: join(folder, "ledger.db"), random: randomUUID });
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  await file.setSwitch("all", { state: "off" });
  await file.setSwitch({ cluster: "prod" }, { state: "off" });
  const opened = await file.openOrJoin(anOpening(opening), at(0));
  if (opened.did !== "opened") throw new Error(`expected to open, but: ${opened.did}`);
  const { id } = opened;

  const now: Now = { objects: objects ?? aWorld(...checkout({ pod: older })), blind: false, seconds: 10 };
  const clock = () => at(now.seconds);
  const seen = new Recorder();
  const hands = willing();
  const writer = seen.writer(hands);
  const world = seen.world(async (query): Promise<Observed<unknown>> => {
    const unseen = typeof now.blind === "string" ? query.text.includes(now.blind) : now.blind;
    if (unseen) return { state: "unavailable", reason: "no route to host", at: clock() };
    if (query.source === "logs") return { state: "observed", value: "a line", at: clock(), ref: sha("a line") };
    return { ...(await worldOf({ objects: now.objects, besides: agentMetrics() }).fetch(query)), at: clock() };
  });
  const common = {
    ledger: seen.ledger(file),
    archive: seen.archive(folderArchive(join(folder, "archive"))),
    rules: seen.rules(runbook),
    policy,
    clock,
  };
  const started: IncidentId[] = [];
  const starter = { start: async (one: IncidentId) => void started.push(one) };
  const view = async (of = id): Promise<LedgerView> => {
    const there = await file.view(of);
    if (!there) throw new Error(`no incident ${of}`);
    return there;
  };
  const stage: Stage = {
    ...{ id, folder, now, world, hands, seen, started, view, ...common },
    acting: (capability) => ({
      ...{ ...common, world, capability, by: capability },
      writers: Object.fromEntries((Object.keys(runbook.remedies) as Kind[]).map((kind) => [kind, writer])),
    }),
    decide: (change = {}, ports = {}) => decide.handler({ id, ...change }, { ...common, starter, by: "Decide", ...ports }),
    diagnose: (of = id, ports = {}) => diagnose.handler({ id: of }, { ...common, world, by: "Diagnose", ...ports }),
    plan: async (of = id) => {
      for (let turn = 0; turn < 100; turn++) {
        const next = await stage.decide({ id: of });
        if (next.to === "Diagnose") await stage.diagnose(of);
        else if (next.to === "Settle") now.seconds = Math.max(now.seconds, secondsBetween(t0, next.until));
        else return next;
      }
      throw new Error("it goes round and round");
    },
    types: async (of = id) => (await view(of)).story.slice(1).map(({ type }) => type),
    last: async <T extends LedgerRecord["type"]>(type: T, of = id) => {
      const found = (await view(of)).story.findLast((record): record is Extract<LedgerRecord, { type: T }> => record.type === type);
      if (!found) throw new Error(`there is no ${type}`);
      return found;
    },
  };
  return stage;
}

/** What another writer of the same incident does in the meantime. */
export async function meanwhile({ ledger, view, clock }: Stage): Promise<void> {
  const done = await ledger.append(await view(), [{ type: "faulted", state: "Diagnose", error: "Lambda.Timeout: " }], "another", clock());
  if (done === "conflict") throw new Error("the other one lost");
}
