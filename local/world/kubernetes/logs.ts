import type { Cluster } from "../cluster.ts";
import { agentName, isInjected } from "../controllers/spirl.ts";
import type { Container, Pod } from "./objects.ts";
import { badRequest, invalid } from "./status.ts";

interface Line {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}
/** What a container wrote, and what the one before it wrote, which ended. */
export interface ContainerLog {
  readonly current: readonly Line[];
  readonly previous?: readonly Line[];
}

/** Logs that a test sets, by `namespace/pod/container`; the others are made up from what the pod is. */
export type Logs = Map<string, ContainerLog>;

/**
 * `GET pods/NAME/log`. Undefined means 204: the pod has no node yet. Throws 400 for a container that is not there or has not started, and for
 * a previous one that never was.
 */
export function readLog({ now }: Cluster, logs: Logs, pod: Pod, query: URLSearchParams): string | undefined {
  const { name, namespace } = pod.metadata;
  const limits = limitsOf(name, query);
  const container = containerOf(pod, query.get("container") ?? "");
  if (pod.spec.nodeName === undefined) return undefined;
  const log = logs.get(`${namespace}/${name}/${container.name}`) ?? { current: invented(pod, now()) };
  const previous = query.get("previous") === "true";
  if (previous && !log.previous) throw badRequest(`previous terminated container "${container.name}" in pod "${name}" not found`);
  const state = pod.status.containerStatuses?.find((each) => each.name === container.name)?.state;
  if (!previous && !state?.running)
    throw badRequest(`container "${container.name}" in pod "${name}" is waiting to start: ContainerCreating`);

  const since = limits.sinceSeconds === undefined ? 0 : now() - limits.sinceSeconds * 1000;
  const lines = (previous ? (log.previous ?? []) : log.current).filter(({ at }) => at >= since && at <= now());
  const last = limits.tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - limits.tailLines));
  const stamped = query.get("timestamps") === "true";
  const text = last.map((line) => `${stamped ? `${new Date(line.at).toISOString()} ` : ""}${line.text}\n`).join("");
  return limits.limitBytes === undefined ? text : Buffer.from(text).subarray(0, limits.limitBytes).toString();
}

const minima = { tailLines: 0, sinceSeconds: 1, limitBytes: 1 } as const;

function limitsOf(name: string, query: URLSearchParams): Partial<Record<keyof typeof minima, number>> {
  const given = Object.entries(minima).flatMap(([key, least]) => {
    const text = query.get(key);
    if (text === null) return [];
    if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    const must = least === 0 ? "must be greater than or equal to 0" : "must be greater than 0";
    if (Number(text) < least) throw invalid("PodLogOptions", "", name, key, `Invalid value: ${text}: ${must}`);
    return [[key, Number(text)]];
  });
  return Object.fromEntries(given);
}

function containerOf({ spec, metadata }: Pod, name: string): Container {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const [only] = spec.containers;
  if (name === "" && only && all.length === 1) return only;
  if (name === "") {
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${all.map((each) => each.name).join(" ")}]`,
    );
  }
  const found = all.find((each) => each.name === name);
  if (!found) throw badRequest(`container ${name} is not valid for pod ${metadata.name}`);
  return found;
}

const interval = 10_000;
const most = 500;

/** Every ten seconds a line, since the pod started. */
function invented(pod: Pod, now: number): Line[] {
  const start = Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp);
  const count = Math.min(most, Math.floor((now - start) / interval) + 1);
  const first = start + Math.max(0, Math.floor((now - start) / interval) + 1 - count) * interval;
  return Array.from({ length: count }, (_, i) => ({ at: first + i * interval, text: says(pod, first + i * interval) }));
}

function says(pod: Pod, at: number): string {
  const isAgent = pod.metadata.ownerReferences?.some(({ name }) => name === agentName);
  const entry = { level: "info", ts: at / 1000 };
  if (isAgent) return JSON.stringify({ ...entry, logger: "agent.readyChecker", msg: "Health check passed - all systems operational" });
  if (isInjected(pod)) return JSON.stringify({ ...entry, msg: "serving" });
  const socket = "unix:///spirl-agent-socket/agent.sock";
  return JSON.stringify({ ...entry, level: "error", msg: `X509Source: dial ${socket}: connect: no such file or directory` });
}
