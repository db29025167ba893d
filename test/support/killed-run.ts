import type { LedgerRecord, Policy } from "../../kernel/types/index.ts";
import type { Outside } from "../../local/outside.ts";
import { openSession } from "../../local/session.ts";

/** What the parent hands over, as JSON in the first argument. */
export interface Run {
  readonly dataDir: string;
  readonly outside: Outside;
  readonly policy: Policy;
  /** SIGKILL as soon as so many records are durable that this process has written. */
  readonly killAt?: number;
}

const { dataDir, outside, policy, killAt }: Run = JSON.parse(process.argv[2] ?? "");
const own = new Set<number>();
const started = Date.now();
const told = (record: LedgerRecord) => {
  if (Date.parse(record.written) < started) return;
  own.add(record.seq);
  if (own.size === killAt) process.kill(process.pid, "SIGKILL");
  if (record.type === "closed") process.send?.({ closed: record.result });
};
const session = await openSession({
  dataDir,
  port: 0,
  cluster: "practice",
  policy,
  outside,
  approver: { by: "practice" },
  watcher: { told },
});
process.send?.({ url: session.url, secret: session.secret });
process.on("message", () => void session.close().then(() => process.exit(0)));
