import type { UserName } from "./roles.ts";

/** One request that was not a GET, answered or refused, as in the API server's audit log. */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly user: UserName | "system:anonymous";
  readonly verb: string;
  /** Without the query. */
  readonly path: string;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  readonly dryRun: boolean;
  readonly fieldManager: string | null;
  readonly code: number;
}

export class Audit {
  readonly #entries: AuditEntry[] = [];

  add(entry: AuditEntry): void {
    this.#entries.push(entry);
  }
  get entries(): readonly AuditEntry[] {
    return [...this.#entries];
  }
}
