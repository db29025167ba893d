import { cannot, got, type Reader, type Reading } from "../world/reading.ts";
import { saidBy } from "../world/status.ts";
import { type Getter, NoAnswer, type Reply } from "./connection.ts";
import { type ApiPath, apiPath, withParameter } from "./path.ts";
import { apiStatus, isRecord, parsed } from "./status.ts";
import { trim } from "./trim.ts";

const pageSize = "500";
const pages = 20;

/** Objects and lists by API path, trimmed. An object that is not there is `null`; a list comes whole or not at all. */
export function kubernetesReader(getter: Getter): Reader {
  return (text) =>
    answered(text, "object", async (path) => {
      if (path.list) return list(getter, path, text);
      const reply = await getter.get(text);
      if (isMissing(reply, path)) return got(null);
      return object(reply, path);
    });
}

/** Reads a path that may be read. Where no answer comes, that is the answer. */
export async function answered(text: string, only: "object" | "log", read: (path: ApiPath) => Promise<Reading>): Promise<Reading> {
  const path = apiPath(text, only);
  if (!path) return cannot(`this is not a path that may be read: ${text.slice(0, 120)}`);
  try {
    return await read(path);
  } catch (thrown) {
    if (thrown instanceof NoAnswer) return cannot(`${path.says} cannot be read: ${thrown.message}`);
    throw thrown;
  }
}

function object(reply: Reply, path: ApiPath): Reading {
  if (reply.status !== 200) return cannot(refused(path, reply));
  const value = parsed(reply.body);
  return isRecord(value) ? got(trim(value)) : cannot(notJson(path));
}

/** All pages of one list. Where its continuation has expired (410) it is begun anew, once: half of two lists is no list. */
async function list(getter: Getter, path: ApiPath, text: string): Promise<Reading> {
  for (let attempt = 1; ; attempt++) {
    const items: unknown[] = [];
    let first: Readonly<Record<string, unknown>> | undefined;
    let next = withParameter(text, "limit", pageSize);
    for (let page = 1; page <= pages; page++) {
      const reply = await getter.get(next);
      if (reply.status === 410 && first && attempt === 1) break;
      if (reply.status !== 200) return cannot(refused(path, reply));
      const value = parsed(reply.body);
      if (!isRecord(value) || !(Array.isArray(value.items) || value.items === null)) return cannot(notJson(path));
      first ??= value;
      for (const item of value.items ?? []) items.push(trim(item));
      const token = isRecord(value.metadata) ? value.metadata.continue : undefined;
      if (typeof token !== "string" || token === "") return got(joined(first, items));
      if (page === pages) return cannot(`${path.says} are more than ${items.length}, which is more than is read at once`);
      next = withParameter(withParameter(text, "limit", pageSize), "continue", token);
    }
  }
}

function joined(first: Readonly<Record<string, unknown>>, items: readonly unknown[]): unknown {
  const metadata = isRecord(first.metadata) ? first.metadata : {};
  const { continue: _token, remainingItemCount: _rest, ...kept } = metadata;
  return { ...first, metadata: kept, items };
}

/** Only the API server's own word about this very object; "no such API" and a proxy's 404 say nothing about it. */
export const isMissing = (reply: Reply, { name }: ApiPath): boolean => {
  const status = reply.status === 404 ? apiStatus(reply.body) : undefined;
  return status?.reason === "NotFound" && status.name === name;
};

/** Why there is no answer, as somebody on call would say it. */
export function refused(path: ApiPath, reply: Reply): string {
  const status = apiStatus(reply.body);
  const verb = path.list ? "list" : "get";
  if (reply.status === 403 && status)
    return `${path.says} may not be read: our role lacks "${verb}" on ${path.subresource ? `${path.resource}/${path.subresource}` : path.resource} (403)`;
  // Of something else on the way to it, such as a pod's node; without a name it is the API itself that is not served.
  if (reply.status === 404 && status?.name !== undefined) return `${path.says} cannot be read: ${status.message} (404)`;
  if (reply.status === 404) return `${path.says} cannot be read: this cluster does not serve such a thing (404)`;
  if (reply.status === 410) return `${path.says} changed faster than they could be read (410)`;
  const who = status ? "the API server" : "something in front of the API server";
  return `${path.says} cannot be read: ${saidBy(who, reply.status)}`;
}
const notJson = (path: ApiPath) => `${path.says} cannot be read: the answer is not what the API server gives; is there a proxy in between?`;
