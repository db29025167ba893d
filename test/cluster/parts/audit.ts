import { readFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { Admin } from "./admin.ts";
import { until } from "./process.ts";

/** One request that the API server has answered, out of its audit log. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly userAgent: string;
  readonly requestURI: string;
  /** True when the request asked for `dryRun=All`: nothing was changed. */
  readonly dryRun: boolean;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly reason?: string; readonly message?: string };
  /** The body that was sent; for a patch the patch itself. Only writes have it. */
  readonly requestObject?: unknown;
  /** For example `failed-open.mutation.webhook.admission.k8s.io/...` where a webhook was down and the request went on without it. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339, microseconds: when the answer was complete. */
  readonly stageTimestamp: string;
}

const WRITES = ["create", "update", "patch", "delete", "deletecollection"];
const MACHINES = ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "kwok", "test-bed"];

/** Bodies of writes, metadata of reads; without leases, probes and what the test bed itself reads, which would be most of the log. */
export const defaultAuditPolicy = stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived", "ResponseStarted"],
  omitManagedFields: true,
  rules: [
    { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
    { level: "None", nonResourceURLs: ["/readyz", "/healthz", "/metrics"] },
    { level: "None", users: MACHINES, verbs: ["get", "list", "watch"] },
    { level: "None", userGroups: ["system:serviceaccounts"], verbs: ["get", "list", "watch"] },
    { level: "Request", verbs: WRITES },
    { level: "Metadata" },
  ],
});

interface RawEvent extends Omit<AuditEvent, "user" | "groups" | "dryRun"> {
  readonly stage: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
}

/** The answered requests of an audit log, in the order of the log. A last line that is still being written is left out. */
export async function readAuditLog(file: string): Promise<AuditEvent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RawEvent)
    .filter((event) => event.stage === "ResponseComplete")
    .map(({ stage: _, user, ...event }) => ({
      ...event,
      userAgent: event.userAgent ?? "",
      user: user.username,
      groups: user.groups ?? [],
      dryRun: new URL(event.requestURI, "https://api").searchParams.has("dryRun"),
    }));
}

/**
 * Reads the audit log up to now: an answer can reach its client shortly before its line reaches the log, so a marked request goes out first, and
 * the log is read until that one is in it. When the API server is gone, the log is complete as it is.
 */
export function auditReader(file: string, admin: Admin): () => Promise<AuditEvent[]> {
  let count = 0;
  return async () => {
    const mark = `/version?test-bed-mark=${++count}`;
    const alive = await admin.send("GET", mark).then(
      () => true,
      () => false,
    );
    let events = await readAuditLog(file);
    if (alive) {
      await until("the audit log is written up to now", 10, async () => {
        events = await readAuditLog(file);
        return events.some(({ requestURI }) => requestURI === mark);
      });
    }
    return events.filter(({ requestURI }) => !requestURI.includes("test-bed-mark="));
  };
}
