/** What one function did in one incident. `ms` is what its calls took here, with everything on one machine. */
export interface Spent {
  calls: number;
  ms: number;
  /** Requests to the ledger, to the archive, and questions to the cluster, to metrics and to Alertmanager. */
  ledger: number;
  archive: number;
  world: number;
}

/** What one incident took, from the alert to its end. */
export interface Trace {
  readonly incident: string;
  /** What is wrong in it, in a sentence. */
  readonly says: string;
  /** How it ended; of a fold, and how its parent did. */
  readonly result: string;
  /** States that the workflow entered. */
  readonly transitions: number;
  readonly functions: Readonly<Record<string, Readonly<Spent>>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly puts: number;
  readonly gets: number;
  /** Requests to the HTTP API: deliveries and answers. */
  readonly requests: number;
  readonly messages: number;
  readonly logLines: number;
  /** Series of our own metrics, each once. */
  readonly series: number;
  /** Bytes: of the functions' own log lines and metrics, of the lines in the audit log; and what stays in the tables and in the archive. */
  readonly logBytes: number;
  readonly auditLines: number;
  readonly auditBytes: number;
  readonly recordBytes: number;
  readonly archiveBytes: number;
}

/** One look, of what runs by itself, where nothing is wrong. */
export type Round = Readonly<Spent> & Pick<Trace, "readUnits" | "logBytes" | "logLines" | "series">;

export interface Traces {
  /** When and on what they were taken. */
  readonly on: string;
  readonly node: string;
  readonly load: string;
  readonly incidents: readonly Trace[];
  readonly sweep: Round;
  readonly patrol: Round;
  /** Milliseconds from Node's start to the first request, of each function's bundle. */
  readonly cold: Readonly<Record<string, number>>;
}
