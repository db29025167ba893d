import { describe, expect, it } from "vitest";
import { cloudWatchLog } from "../../../adapters/cloudwatch/log.ts";
import { after as later, milliseconds } from "../../../kernel/time.ts";
import { at } from "../../support/incidents.ts";
import { json, type Play, type Seen, serve } from "./server.ts";

const targetOf = ({ headers }: Seen) => String(headers["x-amz-target"]).split(".")[1];
const day = 24 * 3600;

async function aLog(play: Play = json(200, {}), now = at(0)) {
  const { url, seen } = await serve(play);
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const log = cloudWatchLog({
    group: "/remediator/audit",
    stream: "s-1",
    clock: () => now,
    as: () => ({ region: "eu-west-1", credentials, endpoint: url }),
  });
  return { log, asked: () => seen.map((one) => [targetOf(one), JSON.parse(one.body)]) };
}
const names = { logGroupName: "/remediator/audit", logStreamName: "s-1" };

describe("a log group of CloudWatch", () => {
  it("takes lines as they are, at their own time, in a stream that is made once", async () => {
    const { log, asked } = await aLog();
    await log.write('{"a":1}', at(-60));
    await log.write("x".repeat(390_000), at(-30));
    expect(asked()).toEqual([
      ["CreateLogStream", names],
      ["PutLogEvents", { ...names, logEvents: [{ timestamp: milliseconds(at(-60)), message: '{"a":1}' }] }],
      ["PutLogEvents", { ...names, logEvents: [{ timestamp: milliseconds(at(-30)), message: "x".repeat(390_000) }] }],
    ]);
  });

  it("has a stream of that name already: a first answer was lost", async () => {
    const there: Play = (seen, response) =>
      json(targetOf(seen) === "CreateLogStream" ? 400 : 200, { __type: "ResourceAlreadyExistsException" })(seen, response);
    const { log } = await aLog(there);
    await expect(log.write("x", at(0))).resolves.toBeUndefined();
  });

  it("takes nothing that is older than two weeks: such a line stands where it came", async () => {
    const now = at(0);
    const { log, asked } = await aLog(json(200, {}), now);
    await log.write("young", later(now, -13 * day));
    await log.write("old", later(now, -13 * day - 1));
    const times = asked()
      .slice(1)
      .map(([, { logEvents }]) => logEvents[0].timestamp);
    expect(times).toEqual([milliseconds(later(now, -13 * day)), milliseconds(now)]);
  });

  it.each<readonly [string, Play]>([
    ["an error", json(400, { __type: "com.amazonaws#AccessDeniedException", message: "arn:aws:iam::1:role/x may not" })],
    ["a page that is no JSON", (_, response) => void response.writeHead(502).end("<html>")],
    ["a line that was rejected", json(200, { rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 } })],
  ])("that answers with %s has not taken the line, and says nothing of the message", async (_, play) => {
    const { log } = await aLog(play);
    await expect(log.write("x", at(0))).rejects.toThrow(/^CloudWatch Logs did not take it: \d+ (AccessDeniedException|rejected|)$/);
  });

  it("whose stream could not be made is asked for it again with the next line", async () => {
    let calls = 0;
    const { log, asked } = await aLog((seen, response) => json(++calls === 1 ? 400 : 200, {})(seen, response));
    await expect(log.write("x", at(0))).rejects.toThrow("did not take it");
    await log.write("y", at(0));
    expect(asked().map(([action]) => action)).toEqual(["CreateLogStream", "CreateLogStream", "PutLogEvents"]);
  });
});
