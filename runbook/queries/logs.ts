import type { Query } from "../../kernel/types/index.ts";
import { labelSegment, segment } from "./names.ts";

export interface LogOptions {
  /** Of the container before this one, which a restart would take with it. */
  readonly previous?: boolean;
  /** Not older than so many seconds. */
  readonly sinceSeconds?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/** A container's log with times, as text; `undefined` where there is none (no such pod, no previous container, not started yet). */
export function podLog(namespace: string, pod: string, container: string, options: LogOptions = {}): Query<string | undefined> {
  const path = `/api/v1/namespaces/${labelSegment(namespace, "namespace")}/pods/${segment(pod, "pod")}/log`;
  const parameters = new URLSearchParams({ container: labelSegment(container, "container"), timestamps: "true" });
  for (const [name, value] of Object.entries(options)) parameters.set(name, String(value));
  return { source: "logs", text: `${path}?${parameters}`, parse: text };
}

function text(raw: unknown): string | undefined {
  if (raw === null) return undefined;
  if (typeof raw !== "string") throw new TypeError("a log that is not text");
  return raw;
}
