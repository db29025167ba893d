import { randomUUID } from "node:crypto";
import { folderArchive } from "../adapters/archive/folder.ts";
import { folderDesk } from "../adapters/desk/folder.ts";
import { openSqliteLedger } from "../adapters/ledger/sqlite/open.ts";
import type { Announcer, Archive, Ledger, Starter, Waker, World } from "../kernel/ports.ts";
import type { Incident, Instant, Policy } from "../kernel/types/index.ts";
import type { Definition } from "../lib/definition.ts";
import workflow from "../lib/workflow.asl.json" with { type: "json" };
import { createEngine } from "./engine/engine.ts";
import { type Bounds, startQueue } from "./engine/queue.ts";
import { engineStarter, engineWaker } from "./engine/starter.ts";
import { handlersOver } from "./handlers.ts";
import { type Outside, openOutside } from "./outside.ts";
import { makeFolder, places } from "./places.ts";
import { sealing } from "./sealing.ts";
import { tender } from "./tending.ts";
import { type Watcher, watched } from "./watched.ts";

export interface Options {
  readonly dataDir: string;
  /** The one that `outside` leads to. Incidents of another stay where they are. */
  readonly cluster: string;
  readonly policy: Policy;
  readonly outside: Outside;
  readonly clock: () => Instant;
  readonly watcher: Watcher;
  readonly announcer: Announcer;
  readonly log: (line: { readonly level: "info" | "error"; readonly message: string } & Readonly<Record<string, unknown>>) => void;
}
export interface Pipeline {
  /** As the reader sees it. */
  readonly world: World;
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly starter: Starter;
  readonly waker: Waker;
  /** Starts what is open and does not run, and wakes who waits for an answer that was given elsewhere. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

/** What one machine does at once: in a storm the rest waits for its turn, in the ledger. */
export const most: Bounds = { going: 8, all: 2000 };

/** The deployed workflow with its functions, on this machine: the rendered definition, SQLite, folders, and the outside as configured. */
export function openPipeline({ dataDir, cluster, policy, outside: where, clock, watcher, announcer, log }: Options): Pipeline {
  makeFolder(dataDir);
  const at = places(dataDir);
  const store = openSqliteLedger({ path: at.ledger, random: randomUUID });
  const archive = folderArchive(at.archive);
  const seals = sealing(store, archive, log);
  seals.again(clock());
  const ledger = watched(store, {
    ...watcher,
    told: (record) => {
      watcher.told(record);
      seals.told(record);
    },
  });
  const desk = folderDesk(at.tickets, archive);
  const outside = openOutside(where, clock);
  // The engine's handlers start executions and the engine runs handlers: each gets the other when it is called.
  const starter: Starter = {
    start: async (id) => {
      if (!engine.running(id)) queue.add(id);
    },
  };
  const waker: Waker = { wake: (token) => engineWaker(engine).wake(token) };
  const announcing: Announcer = {
    approvalWaits: (waiting) => {
      tending.asked(waiting.incident.id);
      return announcer.approvalWaits(waiting);
    },
  };
  const engine = createEngine({
    definition: workflow as Definition,
    handlers: handlersOver({ ledger, archive, desk, outside, starter, waker, announcer: announcing, policy, clock }),
    freed: () => queue.look(),
  });
  // The connections lead to one cluster: what is about another must never be carried out here.
  const isOurs = (incident: Incident) => incident.cluster === cluster;
  const started = engineStarter(engine, ledger, isOurs);
  const queue = startQueue({
    load: () => engine.load(),
    most,
    start: (id) => started.start(id),
    failed: (incident, error) =>
      log({ level: "error", message: `not started now: ${error instanceof Error ? error.message : String(error)}`, incident }),
  });
  const tending = tender({ ledger: { ...ledger, changes: store.changes }, engine, starter, waker, isOurs, clock });
  return {
    world: outside.world,
    ledger,
    archive,
    starter,
    waker,
    tend: () => tending.tend(),
    close: async () => {
      await queue.close();
      await engine.close();
      await outside.close();
      await seals.settled();
      store.close();
    },
  };
}
