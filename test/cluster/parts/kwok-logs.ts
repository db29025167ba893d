import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The end of what an agent says to which nothing is wrong. */
export const HEALTHY_LOG = [
  '{"level":"info","ts":1764000000.1,"logger":"agent.bundleRefresher","msg":"bundle updated"}',
  '{"level":"info","ts":1764000001.1,"logger":"agent.readyChecker","msg":"Health check passed - all systems operational","status":"up","checks":{"bundleCache":{"Status":"up","ContiguousFails":0}}}',
  '{"level":"info","ts":1764000002.1,"logger":"agent","msg":"current memory percent used: 41%, current cpu percent used: 9%"}',
];

/** The one container with a log of its own; all others have the log of `*`. */
export const AGENT_CONTAINER = "spirl-agent";

function logFile(dir: string, container: string): string {
  return join(dir, `log-${container === "*" ? "any" : container}`);
}

/**
 * Sets what `kubectl logs` answers for all containers of that name (`spirl-agent`, or `*` for those of any other name), and for `--previous`.
 * The file has the form of a container runtime: time, stream, tag, line.
 */
export function writeLog(dir: string, container: string, lines: readonly string[], previous: readonly string[] = []): void {
  const now = new Date().toISOString();
  const text = (of: readonly string[]) => of.map((line) => `${now} stdout F ${line}\n`).join("");
  writeFileSync(logFile(dir, container), text(lines));
  writeFileSync(`${logFile(dir, container)}.previous`, text(previous));
}

/** The object that makes kwok serve these files. */
export function clusterLogs(dir: string): unknown {
  const log = (container: string) => ({
    logsFile: logFile(dir, container),
    previousLogsFile: `${logFile(dir, container)}.previous`,
    follow: false,
  });
  const logs = [{ ...log(AGENT_CONTAINER), containers: [AGENT_CONTAINER] }, log("*")];
  return { apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "ClusterLogs", metadata: { name: "all" }, spec: { logs } };
}
