import type { Ledger, Starter, Waker } from "../../kernel/ports.ts";
import { progress } from "../../kernel/progress.ts";
import type { Incident } from "../../kernel/types/index.ts";
import type { Engine } from "./engine.ts";

/** Starts incidents on the engine, those that are ours. A run that has ended without closing its incident is followed by the next one. */
export function engineStarter(
  engine: Engine,
  ledger: Pick<Ledger, "view" | "raiseRun">,
  isOurs: (incident: Incident) => boolean = () => true,
): Starter {
  return {
    start: async (id) => {
      if (engine.running(id)) return;
      const view = await ledger.view(id);
      if (!view?.head.open || !isOurs(progress(view.story).incident)) return;
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
