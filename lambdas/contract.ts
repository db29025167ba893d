import type { Ledger } from "../kernel/ports.ts";

/**
 * What a function does with the ledger: its methods. Three sorts of records take more than the others do, so they stand by themselves: to close an
 * incident; to conclude, which changes the cluster's state with the record (an outcome does, too); and to answer, which is a person's word.
 */
export type LedgerUse = keyof Ledger | "close" | "conclude" | "answer";

/**
 * What one function is and what it needs, as plain data. For each need the stack gives a permission and the environment variable that goes
 * with it, and nothing else is given.
 */
export interface Contract {
  /** In a sentence: stands beside the function in the console. */
  readonly does: string;
  /** When Lambda ends it. Whatever waits for it waits a little longer. */
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** At most so many at once, and as many are kept free for it: no function can take another's place. The reason stands beside it. */
  readonly concurrency: number;
  readonly needs: Needs;
}
export interface Needs {
  readonly ledger?: readonly LedgerUse[];
  readonly archive?: readonly ("get" | "put")[];
  /** Start executions (and see whether they run), or wake one that waits for an answer. Who starts one asks the policy which machine it is. */
  readonly workflow?: readonly ("start" | "wake")[];
  /**
   * As whom it speaks to the clusters: the reader has no write verb, and a writer those of its capability beside the reader's. It is there once for
   * each network that has clusters, and goes into them in a role that only it may assume.
   */
  readonly cluster?: "reader" | "writer";
  /** What the servers that watch the clusters ask for: tokens, and names with passwords. */
  readonly secrets?: true;
  /** The reviewed configuration, in a file beside the code. */
  readonly policy?: true;
  /** The digests of the bearer tokens that alerts come with. */
  readonly tokens?: true;
  /** The topic that people, or a desk's e-mail address, subscribe to. */
  readonly tickets?: true;
  /** Take messages out of the queue of alerts that came by way of SNS. */
  readonly queue?: true;
  /** Be fed what is put into Records, in order, and give away what cannot be taken. */
  readonly stream?: true;
  /** Write into the audit log. */
  readonly auditLog?: true;
  /** Say what is measured, as of this stack. */
  readonly metrics?: true;
  /** Put stop switches there that never were: nothing else of the ledger. */
  readonly switches?: true;
}

/**
 * Environment variables by what they name. The three tables come with the ledger, people's with the switches too; the role inside with a cluster,
 * the capability only with a writer.
 */
export const environment = {
  records: "RECORDS_TABLE",
  state: "STATE_TABLE",
  people: "PEOPLE_TABLE",
  archive: "ARCHIVE_BUCKET",
  workflow: "STATE_MACHINE_ARN",
  policy: "POLICY_FILE",
  tokens: "TOKENS_SECRET",
  tickets: "TICKETS_TOPIC",
  inside: "INSIDE_ROLE",
  capability: "CAPABILITY",
  auditLog: "AUDIT_LOG_GROUP",
  stack: "STACK_NAME",
} as const;
export type Variable = (typeof environment)[keyof typeof environment];

/** The variables that a function finds set. */
export function variables({ needs }: Contract): readonly Variable[] {
  return [
    ...(needs.ledger ? [environment.records, environment.state, environment.people] : []),
    ...(needs.archive ? [environment.archive] : []),
    ...(needs.workflow?.includes("start") ? [environment.workflow] : []),
    ...(needs.cluster ? [environment.inside] : []),
    ...(needs.cluster === "writer" ? [environment.capability] : []),
    ...(needs.policy ? [environment.policy] : []),
    ...(needs.tokens ? [environment.tokens] : []),
    ...(needs.tickets ? [environment.tickets] : []),
    ...(needs.switches ? [environment.people] : []),
    ...(needs.auditLog ? [environment.auditLog] : []),
    ...(needs.metrics ? [environment.stack] : []),
  ];
}
