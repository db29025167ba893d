import type { Contract } from "../contract.ts";

/** It reads the agents' logs for the ticket, as the reader. */
export const contract = {
  does: "Opens the ticket with everything that a person needs, and adds the logs of the time after.",
  timeoutSeconds: 120,
  memoryMiB: 1024,
  needs: { ledger: ["view", "append"], archive: ["get", "put"], cluster: "reader", secrets: true, tickets: true, policy: true },
} as const satisfies Contract;
