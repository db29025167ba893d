import type { Contract } from "../contract.ts";

/**
 * It sees the ledger and archived evidence, and has no way into a cluster: whoever plans cannot write. It is short and called often: so many
 * at once take a thousand incidents through in seconds, and the workflow asks again for what finds no room.
 */
export const contract = {
  does: "Decides from the incident's story what comes next, and puts it on record.",
  timeoutSeconds: 30,
  memoryMiB: 512,
  concurrency: 50,
  needs: {
    ledger: ["view", "append", "close", "conclude", "cluster", "setCluster", "openOrJoin", "reject", "raiseRun", "token"],
    archive: ["get", "put"],
    workflow: ["start"],
    policy: true,
  },
} as const satisfies Contract;
