import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { folderArchive } from "../../adapters/archive/folder.ts";
import { openSqliteLedger } from "../../adapters/ledger/sqlite/open.ts";
import { parsePolicy } from "../../adapters/policy/parse.ts";
import { instant } from "../../kernel/time.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Definition } from "../../lib/definition.ts";
import workflow from "../../lib/workflow.asl.json" with { type: "json" };
import { createEngine } from "../../local/engine/engine.ts";
import { startQueue } from "../../local/engine/queue.ts";
import { engineStarter } from "../../local/engine/starter.ts";
import type { Handlers } from "../../local/engine/task.ts";
import { startIngress } from "../../local/ingress/server.ts";
import { most } from "../../local/pipeline.ts";
import { places } from "../../local/places.ts";
import { provisionToken } from "../../local/provision.ts";

export interface WayIn {
  readonly dataDir: string;
  /** Sends a body, again where it is told to, and reads the answer to its end: milliseconds until the 200. Any other status is an error. */
  post(body: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * The way in as `npm start` has it: ingress, SQLite, folder archive, engine. As many executions as there are at once are started, and then held in
 * their first function, so that what they would do next, for thousands of incidents, is not measured along.
 */
export async function openWayIn(cluster: string): Promise<WayIn> {
  const dataDir = mkdtempSync(`${tmpdir()}/bench-`);
  const at = places(dataDir);
  const store = openSqliteLedger({ path: at.ledger, random: randomUUID });
  const definition = workflow as Definition;
  const over = Promise.withResolvers<void>();
  const held = async () => {
    await over.promise;
    throw new Error("the benchmark is over");
  };
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === "Task");
  const handlers: Handlers = Object.fromEntries(tasks.map(([name]) => [name, held]));
  const engine = createEngine({ definition, handlers, freed: () => queue.look() });
  const started = engineStarter(engine, store);
  const failed = (_: unknown, error: unknown) => console.error(error);
  const queue = startQueue({ load: engine.load, most, start: started.start, failed });
  const { secret, tokens } = provisionToken(dataDir, cluster);
  const ports = {
    ledger: store,
    archive: folderArchive(at.archive),
    starter: { start: async (id: IncidentId) => queue.add(id) },
    waker: { wake: async () => {} },
    policy: parsePolicy("", { file: "as shipped" }),
    clock: () => instant(Date.now()),
    log: () => {},
  };
  const ingress = await startIngress({ port: 0, tokens, ports });
  const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
  return {
    dataDir,
    post: async (body) => {
      const sent = performance.now();
      const send = () => fetch(`${ingress.url}/alerts`, { method: "POST", headers, body });
      let reply = await send();
      for (; reply.status === 503; reply = await send()) await reply.text();
      const text = await reply.text();
      const took = performance.now() - sent;
      if (reply.status !== 200) throw new Error(`${reply.status}: ${text.slice(0, 500)}`);
      return took;
    },
    close: async () => {
      over.resolve();
      await ingress.close();
      await queue.close();
      await engine.close();
      store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
