import { createReadStream } from "node:fs";
import { notRead } from "../files.ts";
import { UsageError } from "../mistakes.ts";

/** A request of ours that would have changed something, as the API server saw it. */
export interface Write {
  readonly at: string;
  readonly user: string;
  readonly verb: string;
  /** With its subresource: `pods/eviction`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  readonly auditId: string;
}
export interface AuditLog {
  /** In the order of the log, without rehearsals. */
  readonly writes: readonly Write[];
  readonly rehearsals: number;
  /** Times of the first and the last event of all; undefined where there is none. */
  readonly covers: { readonly from: string; readonly to: string } | undefined;
}

/** Every request of ours says that it is; one with a token of ours may say what it likes, but its groups are the API server's word. */
const userAgent = "remediator";
const ourGroups = "remediator:";
const writing = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Throws `UsageError` where the file cannot be read, or a line is no audit event. A last line without its end is still being written, and left out. */
export async function readAuditLog(file: string): Promise<AuditLog> {
  const writes: Write[] = [];
  let rehearsals = 0;
  let [from, to] = ["", ""];
  let number = 0;
  for await (const line of lines(file)) {
    number += 1;
    if (line.trim() === "") continue;
    const event = eventIn(line, `${file}:${number}`);
    const at = timeOf(event);
    if (from === "" || at < from) from = at;
    if (at > to) to = at;
    if (!isOurWrite(event)) continue;
    if (isRehearsal(event)) rehearsals += 1;
    else writes.push(writeOf(event, at));
  }
  return { writes, rehearsals, covers: from === "" ? undefined : { from, to } };
}

/** Line by line, for such logs are large. */
async function* lines(file: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, "utf8")) {
      const parts = `${rest}${String(chunk)}`.split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch (error) {
    throw notRead(file, error);
  }
  if (parsed(rest) !== undefined) yield rest;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

interface Event {
  readonly stage?: unknown;
  readonly verb?: unknown;
  readonly userAgent?: unknown;
  readonly requestURI?: unknown;
  readonly auditID?: unknown;
  readonly requestReceivedTimestamp?: unknown;
  readonly stageTimestamp?: unknown;
  readonly user?: { readonly username?: unknown; readonly groups?: unknown };
  readonly impersonatedUser?: { readonly groups?: unknown };
  readonly objectRef?: {
    readonly resource?: unknown;
    readonly subresource?: unknown;
    readonly namespace?: unknown;
    readonly name?: unknown;
  };
  readonly responseStatus?: { readonly code?: unknown };
}

function eventIn(line: string, place: string): Event {
  const value = parsed(line);
  if (value === undefined) throw new UsageError(`${place}: is not JSON: an audit log has one event a line`);
  if (value === null || typeof value !== "object" || !("auditID" in value)) throw new UsageError(`${place}: is no event of an audit log`);
  return value;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function timeOf({ requestReceivedTimestamp, stageTimestamp }: Event): string {
  const at = Date.parse(text(requestReceivedTimestamp) || text(stageTimestamp));
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}

/** Each request once, when it was answered. */
const isOurWrite = (event: Event): boolean =>
  (event.stage === "ResponseComplete" || event.stage === "Panic") && writing.has(text(event.verb)) && isOurs(event) && !isQuestion(event);

const isOurs = ({ userAgent: agent, user, impersonatedUser }: Event): boolean =>
  text(agent).startsWith(userAgent) || isOurGroup(user?.groups) || isOurGroup(impersonatedUser?.groups);
const isOurGroup = (groups: unknown): boolean => Array.isArray(groups) && groups.some((group) => text(group).startsWith(ourGroups));

/** What one may do oneself is asked by a create, and changes nothing. */
const isQuestion = ({ objectRef }: Event): boolean => /^selfsubject\w+reviews$/.test(text(objectRef?.resource));

const isRehearsal = ({ requestURI }: Event): boolean => new URLSearchParams(text(requestURI).split("?", 2)[1]).has("dryRun");

function writeOf({ verb, user, objectRef, responseStatus, auditID }: Event, at: string): Write {
  const { resource, subresource, namespace, name } = objectRef ?? {};
  return {
    at,
    user: text(user?.username),
    verb: text(verb),
    resource: `${text(resource)}${subresource ? `/${text(subresource)}` : ""}`,
    namespace: text(namespace),
    name: text(name),
    code: typeof responseStatus?.code === "number" ? responseStatus.code : 0,
    auditId: text(auditID),
  };
}
