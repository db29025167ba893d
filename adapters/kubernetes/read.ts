import { parsed } from "../../kernel/json.ts";
import { cannot, got, type Reader, type Reading } from "../world/reading.ts";
import { saidBy } from "../world/status.ts";
import { type Getter, NoAnswer, type Reply, TooLarge } from "./connection.ts";
import { type ApiPath, apiPath, withParameter } from "./path.ts";
import { apiStatus, isRecord } from "./status.ts";
import { trim } from "./trim.ts";

const pageSize = 500;
/** Below this, what is too large is a single object or nearly so, and stays unread. */
const smallestPage = 8;
const most = 10_000;
/** Answers of one list, those that were too large and begun anew among them. */
const pages = 60;

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
  return isRecord(value) ? got(trim(value)) : cannot(notTheServers(path));
}

/**
 * All pages of one list. Where its continuation has expired (410) it is begun anew, once: half of two lists is no list. Pages that are too
 * large to be read are asked for again in smaller ones, for what a pod weighs is its owner's to say.
 */
async function list(getter: Getter, path: ApiPath, text: string): Promise<Reading> {
  const items: unknown[] = [];
  let [first, token, size, begun]: [Fields | undefined, string, number, number] = [undefined, "", pageSize, 1];
  for (let asked = 0; asked < pages; asked++) {
    const reply = await page(getter, text, size, token);
    if (reply === "too large") {
      size = Math.floor(size / 4);
      continue;
    }
    if (reply.status === 410 && first && begun === 1) {
      [first, token, begun] = [undefined, "", 2];
      items.length = 0;
      continue;
    }
    if (reply.status !== 200) return cannot(refused(path, reply));
    const value = parsed(reply.body);
    if (!isRecord(value) || !(Array.isArray(value.items) || value.items === null)) return cannot(notTheServers(path));
    first ??= value;
    for (const item of value.items ?? []) items.push(trim(item));
    const next = isRecord(value.metadata) ? value.metadata.continue : undefined;
    if (typeof next !== "string" || next === "") return got(joined(first, items));
    if (items.length >= most) break;
    token = next;
  }
  return cannot(`${path.says} are more than ${items.length}, which is more than is read at once`);
}

async function page(getter: Getter, text: string, size: number, token: string): Promise<Reply | "too large"> {
  const path = withParameter(text, "limit", String(size));
  try {
    return await getter.get(token === "" ? path : withParameter(path, "continue", token));
  } catch (thrown) {
    if (!(thrown instanceof TooLarge) || size < smallestPage) throw thrown;
    return "too large";
  }
}

type Fields = Readonly<Record<string, unknown>>;

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
/** An answer of success that is somebody else's, such as a page to log in on. */
export const notTheServers = (path: ApiPath) =>
  `${path.says} cannot be read: the answer is not what the API server gives; is there a proxy in between?`;
