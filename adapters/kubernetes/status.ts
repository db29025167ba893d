import { parsed } from "../../kernel/json.ts";
/** What the API server says when it does not give an object: `kind: Status`. */
export interface ApiStatus {
  readonly reason: string;
  readonly message: string;
  /** The object that it is about, where it is about one. */
  readonly name: string | undefined;
  readonly causes: readonly string[];
}

/** Undefined where the body is no Status: then it was not the API server that answered, but something on the way. */
export function apiStatus(body: string): ApiStatus | undefined {
  const value = parsed(body);
  if (!isRecord(value) || value.kind !== "Status") return undefined;
  const details = isRecord(value.details) ? value.details : {};
  const causes = Array.isArray(details.causes) ? details.causes : [];
  return {
    reason: text(value.reason),
    message: text(value.message),
    name: typeof details.name === "string" ? details.name : undefined,
    causes: causes.map((cause: unknown) => (isRecord(cause) ? text(cause.message) : "")).filter((cause) => cause !== ""),
  };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, 500) : "");
