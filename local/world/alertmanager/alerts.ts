import { randomUUID } from "node:crypto";
import type { Labels } from "../kubernetes/objects.ts";
import { type Matcher, type MatchOperator, matcher } from "../prometheus/matchers.ts";

/** Times in milliseconds since 1970. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generatorURL: string;
  readonly startsAt: number;
  readonly updatedAt: number;
  /** `held`: its rule keeps sending it. */
  readonly endsAt: number | "held";
}
export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** Prometheus' fingerprint of a label set: FNV-1a over sorted names and values, each followed by 0xff. */
export function fingerprint(labels: Readonly<Labels>): string {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  const sorted = Object.entries(labels).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const text of sorted.flat()) {
    for (const byte of Buffer.from(text)) add(byte);
    add(0xff);
  }
  return hash.toString(16).padStart(16, "0");
}

/** Alerts by their labels, and silences. An alert that comes again keeps its start for as long as it has not ended. */
export class Alerts {
  readonly #now: () => number;
  readonly #alerts = new Map<string, Alert>();
  readonly #silences = new Map<string, Silence>();

  constructor(now: () => number) {
    this.#now = now;
  }

  put(alert: Omit<Alert, "updatedAt">): Alert {
    const key = fingerprint(alert.labels);
    const before = this.#alerts.get(key);
    const startsAt = before && this.isFiring(before) ? Math.min(before.startsAt, alert.startsAt) : alert.startsAt;
    const stored = { ...alert, startsAt, updatedAt: this.#now() };
    this.#alerts.set(key, stored);
    return stored;
  }

  get(labels: Readonly<Labels>): Alert | undefined {
    return this.#alerts.get(fingerprint(labels));
  }

  /** Those that have not ended. */
  firing(): readonly Alert[] {
    return [...this.#alerts.values()].filter((alert) => this.isFiring(alert));
  }

  isFiring({ endsAt }: Alert): boolean {
    return endsAt === "held" || endsAt > this.#now();
  }

  silence(silence: Omit<Silence, "id" | "updatedAt">): Silence {
    const stored = { ...silence, id: randomUUID(), updatedAt: this.#now() };
    this.#silences.set(stored.id, stored);
    return stored;
  }

  silences(): readonly Silence[] {
    return [...this.#silences.values()];
  }

  /** Ids of the silences that are in force for these labels. */
  silencedBy(labels: Readonly<Labels>): readonly string[] {
    const now = this.#now();
    const inForce = this.silences().filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt);
    return inForce.filter(({ matchers }) => matchers.every(({ label, matches }) => matches(labels[label] ?? ""))).map(({ id }) => id);
  }
}

/** `severity="critical"`, `pod=~web-.*`: one matcher of Alertmanager's `filter` parameter; undefined for what is none. */
export function alertMatcher(text: string): Matcher | undefined {
  const [, label, operator, quoted, bare] =
    /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:("(?:[^"\\]|\\.)*")|([^",{}]*?))\s*$/.exec(text) ?? [];
  if (label === undefined || operator === undefined) return undefined;
  const value = quoted === undefined ? (bare ?? "") : quoted.slice(1, -1).replace(/\\(["\\n])/g, (_, c: string) => (c === "n" ? "\n" : c));
  return matcher(label, operator as MatchOperator, value);
}
