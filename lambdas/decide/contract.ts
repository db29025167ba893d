import type { Contract } from "../contract.ts";

/** It sees the ledger and archived evidence, and has no way into a cluster: whoever plans cannot write. */
export const contract = {
  does: "Decides from the incident's story what comes next, and puts it on record.",
  timeoutSeconds: 30,
  memoryMiB: 512,
  needs: {
    ledger: ["view", "append", "close", "conclude", "cluster", "setCluster", "openOrJoin", "reject", "raiseRun", "token"],
    archive: ["get", "put"],
    workflow: ["start"],
    policy: true,
  },
} as const satisfies Contract;
