import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { folderArchive } from "../adapters/archive/folder.ts";
import { folderDesk } from "../adapters/desk/folder.ts";
import { openSqliteLedger } from "../adapters/ledger/sqlite/open.ts";
import type { Announcer, Archive, Ledger, Starter, Waker, World } from "../kernel/ports.ts";
import { progress, untaken } from "../kernel/progress.ts";
import type { IncidentId, Instant, Policy } from "../kernel/types/index.ts";
import type { Definition } from "../lib/definition.ts";
import workflow from "../lib/workflow.asl.json" with { type: "json" };
import { createEngine } from "./engine/engine.ts";
import { engineStarter, engineWaker } from "./engine/starter.ts";
import { handlersOver } from "./handlers.ts";
import { type Outside, openOutside } from "./outside.ts";
import { places } from "./places.ts";
import { sealing } from "./sealing.ts";
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

/** The deployed workflow with its functions, on this machine: the rendered definition, SQLite, folders, and the outside as configured. */
export function openPipeline({ dataDir, cluster, policy, outside: where, clock, watcher, announcer, log }: Options): Pipeline {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const at = places(dataDir);
  const store = openSqliteLedger({ path: at.ledger, random: randomUUID });
  const archive = folderArchive(at.archive);
  const seals = sealing(store, archive, log);
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
      const view = await ledger.view(id);
      // The connections lead to one cluster: what is about another must never be carried out here.
      if (view && progress(view.story).incident.cluster === cluster) await engineStarter(engine, ledger).start(id);
    },
  };
  const waker: Waker = { wake: (token) => engineWaker(engine).wake(token) };
  const engine = createEngine({
    definition: workflow as Definition,
    handlers: handlersOver({ ledger, archive, desk, outside, starter, waker, announcer, policy, clock }),
  });

  const wakeAnswered = async (id: IncidentId): Promise<void> => {
    const view = await ledger.view(id);
    if (!view) return;
    const at = progress(view.story);
    if (!at.asked || !(at.answers.has(at.asked.plan) || untaken(view, at).length > 0)) return;
    const token = await ledger.token(id);
    if (token) await waker.wake(token);
  };
  return {
    world: outside.world,
    ledger,
    archive,
    starter,
    waker,
    tend: async () => {
      for (const { id } of await ledger.open()) {
        await starter.start(id).catch((error: unknown) => log({ level: "error", message: `${id} cannot be started: ${String(error)}` }));
        await wakeAnswered(id);
      }
    },
    close: async () => {
      await engine.close();
      await outside.close();
      await seals.settled();
      store.close();
    },
  };
}
