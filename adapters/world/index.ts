import { digest } from "../../kernel/digest.ts";
import type { World } from "../../kernel/ports.ts";
import type { Instant, Observed, Source } from "../../kernel/types/index.ts";
import { redactJson, redactText } from "../redact/index.ts";
import { cannot, type Reader, type Reading } from "./reading.ts";

export interface Sources {
  /** Objects and lists by API path. */
  readonly kubernetes?: Reader;
  /** Pod logs by API path. */
  readonly logs?: Reader;
  readonly prometheus?: Reader;
  readonly alertmanager?: Reader;
  readonly clock: () => Instant;
  readonly redact?: { json(value: unknown): unknown; text(text: string): string };
}

const absent: Record<Source, string> = {
  kubernetes: "no cluster is configured",
  logs: "no cluster is configured to read logs from",
  prometheus: "no Prometheus is configured",
  alertmanager: "no Alertmanager is configured",
  host: "no access to hosts is configured",
  derived: "this is worked out of other answers, and nobody is asked for it",
};

/**
 * The outside, by the source of the query. What it gives is redacted before it gets its address, so that nothing downstream
 * (evidence, archive, ticket) ever held a secret; a reader that throws is an `unavailable`, never a rejection.
 */
export function worldOf({ clock, redact = { json: redactJson, text: redactText }, ...readers }: Sources): World {
  const ask = async (source: Source, text: string): Promise<Reading> => {
    const reader = source === "host" || source === "derived" ? undefined : readers[source];
    if (!reader) return cannot(absent[source]);
    try {
      const reading = await reader(text);
      return reading.state === "observed" ? { ...reading, value: redact.json(reading.value) } : reading;
    } catch (thrown) {
      return cannot(`the ${source} reader failed: ${thrown instanceof Error ? thrown.name : "unknown"}`);
    }
  };
  return {
    fetch: async ({ source, text }): Promise<Observed<unknown>> => {
      const reading = await ask(source, text);
      const at = clock();
      if (reading.state === "unavailable") return { ...reading, reason: redact.text(reading.reason), at };
      return { ...reading, at, ref: digest(reading.value) };
    },
  };
}
