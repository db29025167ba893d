export type Api = "kubernetes" | "prometheus" | "alertmanager";

/** Troubles that a test switches on. All are off at the start, and after `clear`. */
export class Faults {
  /** Connections to these are reset, before anything is done. */
  readonly unreachable = new Set<Api>();
  /** Milliseconds before the answer begins. */
  readonly delayMs = new Map<Api, number>();
  /** Resources that nobody but `admin` may use: `pods`, `pods/log`. */
  readonly forbidden = new Set<string>();
  /** So many of the next writes are done, and then the connection is reset instead of an answer. Dry runs do not count. */
  lostWriteAnswers = 0;
  /** Namespaces whose new pods start and never get Ready. */
  readonly neverReady = new Set<string>();
  /** Warnings in every answer of Prometheus, which make it partial. */
  readonly warnings: string[] = [];

  clear(): void {
    for (const each of [this.unreachable, this.delayMs, this.forbidden, this.neverReady]) each.clear();
    this.lostWriteAnswers = 0;
    this.warnings.length = 0;
  }
}
