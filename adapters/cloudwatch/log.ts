import { milliseconds } from "../../kernel/time.ts";
import type { Instant } from "../../kernel/types/index.ts";
import { type Answer, askJson } from "../sigv4/json.ts";
import type { Service } from "../sigv4/send.ts";

export interface LogPlace {
  readonly group: string;
  /** Of nobody else: made with the first line. */
  readonly stream: string;
  readonly clock: () => Instant;
  /** Asked before each request, for credentials are rotated. */
  readonly as: () => Service;
}
/** Lines that are in the log once this resolves. Rejects where CloudWatch did not take the line: it may be there all the same. */
export interface Log {
  write(line: string, at: Instant): Promise<void>;
}

const day = 24 * 3600 * 1000;
/** CloudWatch takes nothing that is older than 14 days. What comes that late stands where it came. */
const oldest = 13 * day;

/**
 * A log group of CloudWatch, written to directly. Standard output would be simpler, but Lambda reads it 64 KiB at a time and may break what is
 * longer, and nobody is told what did not arrive.
 */
export function cloudWatchLog({ group, stream, clock, as }: LogPlace): Log {
  const names = { logGroupName: group, logStreamName: stream };
  const ask = (action: string, input: object) => askJson("logs", `Logs_20140328.${action}`, { ...names, ...input }, as());
  let made: Promise<void> | undefined;
  const make = async () => {
    const answer = await ask("CreateLogStream", {});
    if (answer.error !== "ResourceAlreadyExistsException") mustBeTaken(answer);
  };
  return {
    write: async (line, at) => {
      made ??= make();
      await made.catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      const [now, then] = [milliseconds(clock()), milliseconds(at)];
      const timestamp = now - then > oldest ? now : then;
      mustBeTaken(await ask("PutLogEvents", { logEvents: [{ timestamp, message: line }] }));
    },
  };
}

/** An answer may be well, and the line rejected all the same: too old, too new. */
function mustBeTaken({ ok, status, error, value }: Answer): void {
  const rejected = typeof value === "object" && value !== null && "rejectedLogEventsInfo" in value && value.rejectedLogEventsInfo;
  if (!ok || rejected) throw new Error(`CloudWatch Logs did not take it: ${status} ${rejected ? "rejected" : error}`);
}
