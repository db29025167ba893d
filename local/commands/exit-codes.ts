/** Of every command. */
export const exitCodes = {
  /** Proved or healthy; or the command did what it was told. */
  fine: 0,
  /** A fault, or a ticket. */
  fault: 1,
  /** The command line, the policy or the set-up is wrong. */
  usage: 2,
  unknown: 3,
} as const;
