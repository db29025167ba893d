import type { Contract } from "../contract.ts";

/**
 * The HTTP API waits for 30 s at most. Bodies of 5 MiB are parsed here, and memory is also speed. The API lets 50 requests a second through, and
 * each takes less than that.
 */
export const contract = {
  does: "Puts alerts on record, opens or joins their incidents, and starts what does not run yet.",
  timeoutSeconds: 28,
  memoryMiB: 1024,
  concurrency: 50,
  needs: {
    ledger: ["openOrJoin", "reject", "view", "raiseRun", "token"],
    archive: ["put"],
    workflow: ["start", "wake"],
    policy: true,
  },
} as const satisfies Contract;
