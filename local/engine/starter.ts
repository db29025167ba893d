import type { Ledger, Starter, Waker } from "../../kernel/ports.ts";
import type { Engine } from "./engine.ts";

/** Starts incidents on the engine. A run that has ended without closing its incident is followed by the next one. */
export function engineStarter(engine: Engine, ledger: Pick<Ledger, "view" | "raiseRun">): Starter {
  return {
    start: async (id) => {
      if (engine.running(id)) return;
      const view = await ledger.view(id);
      if (!view?.head.open) return;
      const { run } = view.head;
      const used = engine.knows(`${id}-r${run}`);
      // Refused: somebody else has raised it, and starts that one.
      if (used && (engine.running(id) || !(await ledger.raiseRun(id, run)))) return;
      engine.start(id, `${id}-r${used ? run + 1 : run}`);
    },
  };
}

/** Wakes executions of the engine. */
export const engineWaker = (engine: Pick<Engine, "wake">): Waker => ({
  wake: async (token) => {
    engine.wake(token);
  },
});
