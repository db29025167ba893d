import { cannot, got, type Reader, type Reading } from "../world/reading.ts";
import type { Getter } from "./connection.ts";
import { type LogBounds, logText } from "./log-lines.ts";
import { answered, isMissing, kubernetesReader, notTheServers, refused } from "./read.ts";
import { apiStatus, isRecord } from "./status.ts";

/**
 * Pod logs as text, by API path. A log that does not exist (no such pod, no previous container, not started yet) is `null`.
 * Two requests are wider than the API's, for what is to be kept and whose containers the asker does not know:
 * `.../pods/NAME/log?container=*` for all containers of a pod, and `.../pods/*\/log?owner=UID&pods=N&container=*` for the newest N pods that an
 * owner made, itself or by its replica sets. These give one text with a heading for each container, which also says which container has none. Where
 * the log of one cannot be read, the whole cannot, for it is asked for because it is about to be destroyed; but for a pod that has ended, whose log
 * may be gone with its node: there the text says so.
 */
export function logReader(getter: Getter, bounds?: LogBounds): Reader {
  return (text) => {
    const wide = wideRequest(text);
    return wide ? several(getter, wide, bounds) : one(getter, text, bounds);
  };
}

const one = (getter: Getter, text: string, bounds?: LogBounds): Promise<Reading> =>
  answered(text, "log", async (path) => {
    const { status, type, chunks } = await getter.stream(text);
    const log = await logText(chunks, bounds);
    if (status === 200) return isPage.test(type) ? cannot(notTheServers(path)) : got(log);
    // 204: the pod has no node yet.
    const none = status === 204 || isMissing({ status, body: log }, path) || (status === 400 && saysNone(log));
    return none ? got(null) : cannot(refused(path, { status, body: log }));
  });

/** The API server gives a log as plain text, whatever is written in it. */
const isPage = /^\s*(text\/html|application\/xhtml\+xml)\b/i;

const saysNone = (body: string): boolean => {
  const message = apiStatus(body)?.message ?? "";
  return /previous terminated container .* not found/.test(message) || /is waiting to start/.test(message);
};

interface WideRequest {
  readonly pods: string;
  readonly pod: string;
  readonly owner: string | null;
  readonly most: number;
  readonly parameters: URLSearchParams;
}
function wideRequest(text: string): WideRequest | undefined {
  const [, pods, pod, query] = /^(\/api\/v1\/namespaces\/[a-z0-9-]+\/pods)\/([a-z0-9.-]+|\*)\/log\?(.*)$/.exec(text) ?? [];
  if (pods === undefined || pod === undefined) return undefined;
  const parameters = new URLSearchParams(query);
  if (parameters.get("container") !== "*") return undefined;
  const owner = parameters.get("owner");
  const most = Number(parameters.get("pods") ?? 1);
  for (const ours of ["container", "owner", "pods"]) parameters.delete(ours);
  return { pods, pod, owner, most, parameters };
}

async function several(getter: Getter, request: WideRequest, bounds?: LogBounds): Promise<Reading> {
  const found = await podsOf(kubernetesReader(getter), request);
  if (!Array.isArray(found)) return found;
  const parts: Part[] = [];
  for (const pod of found)
    parts.push(...(await Promise.all(containersOf(pod).map((container) => part(getter, request, pod, container, bounds)))));
  const lost = parts.flatMap(({ reading, ended }) => (reading.state === "unavailable" && !ended ? [reading.reason] : []));
  if (lost.length > 0) return cannot([...new Set(lost)].join("; "));
  return got(parts.length > 0 ? parts.map(section).join("\n") : null);
}

interface Part {
  readonly of: string;
  readonly ended: boolean;
  readonly reading: Reading;
}
async function part(getter: Getter, { pods, parameters }: WideRequest, pod: unknown, container: string, bounds?: LogBounds): Promise<Part> {
  const query = new URLSearchParams([["container", container], ...parameters]);
  return {
    of: `pod ${nameOf(pod)}, container ${container}`,
    ended: ["Succeeded", "Failed"].includes(String(fieldsOf(fieldsOf(pod).status).phase)),
    reading: await one(getter, `${pods}/${nameOf(pod)}/log?${query}`, bounds),
  };
}

function section({ of, reading }: Part): string {
  if (reading.state === "unavailable") return `[${of}: ${reading.reason}]`;
  return reading.value === null ? `[${of}: there is no such log]` : `[${of}]\n${reading.value}`;
}

async function podsOf(read: Reader, { pods, pod, owner, most }: WideRequest): Promise<Reading | unknown[]> {
  const reading = await read(pod === "*" ? pods : `${pods}/${pod}`);
  if (reading.state === "unavailable") return reading;
  if (pod !== "*") return reading.value === null ? [] : [reading.value];
  const sets = await read(pods.replace("/api/v1", "/apis/apps/v1").replace(/pods$/, "replicasets"));
  if (sets.state === "unavailable") return sets;
  const owners = [owner, ...itemsOf(sets.value).flatMap((set) => (controllerOf(set) === owner ? [metadataOf(set).uid] : []))];
  const made = itemsOf(reading.value).filter((each) => owners.includes(controllerOf(each)));
  const born = (each: unknown) => String(metadataOf(each).creationTimestamp);
  return made.sort((a, b) => (born(a) < born(b) ? 1 : -1)).slice(0, most);
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const itemsOf = (list: unknown) => listOf(fieldsOf(list).items);
const metadataOf = (object: unknown): Fields => fieldsOf(fieldsOf(object).metadata);
const nameOf = (object: unknown): string => String(metadataOf(object).name);
const controllerOf = (object: unknown) =>
  fieldsOf(listOf(metadataOf(object).ownerReferences).find((ref) => fieldsOf(ref).controller === true)).uid;

const containersOf = (pod: unknown): readonly string[] => {
  const { initContainers, containers, ephemeralContainers } = fieldsOf(fieldsOf(pod).spec);
  return [initContainers, containers, ephemeralContainers].flatMap(listOf).map((container) => String(fieldsOf(container).name));
};
