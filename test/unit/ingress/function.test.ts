import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freezePolicy } from "../../../adapters/policy/frozen.ts";
import { json, type Play, type Seen, serve } from "../adapters/server.ts";
import { anAlert, bodyOf, policy } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "function-"));
/** S3 and DynamoDB, both empty, and taking all that is put into them. */
const empty: Play = (seen, response) => json(200, {})(seen, response);
const authorizer = { lambda: { token: "practice", clusters: "practice,other" } };

beforeEach(() => {
  vi.resetModules();
  writeFileSync(join(folder, "policy.json"), freezePolicy(policy));
  const env = {
    RECORDS_TABLE: "records",
    STATE_TABLE: "state",
    PEOPLE_TABLE: "people",
    ARCHIVE_BUCKET: "archive",
    STATE_MACHINE_ARN: "arn:aws:states:eu-west-1:1:stateMachine:m",
    POLICY_FILE: join(folder, "policy.json"),
  };
  const aws = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  for (const [name, value] of Object.entries({ ...env, ...aws })) vi.stubEnv(name, value);
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(play = empty) {
  const { url, seen } = await serve(play);
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  const { handler } = await import("../../../lambdas/ingest/index.ts");
  return { handler, seen };
}
const opened = (seen: readonly Seen[]) => seen.filter(({ body }) => body.includes("OPEN#")).length;

describe("the function behind the HTTP API", () => {
  it("takes what API Gateway hands over, also as base64", async () => {
    const { handler, seen } = await start();
    const body = Buffer.from(bodyOf([anAlert({ annotations: { note: "ü" } })])).toString("base64");
    const { statusCode, headers, body: answer } = await handler({ body, isBase64Encoded: true, requestContext: { authorizer } });
    expect([statusCode, headers["content-type"]]).toEqual([200, "application/json"]);
    expect(JSON.parse(answer)).toMatchObject({ accepted: [{ alerts: 1 }], rejected: [] });
    expect(seen.find(({ method }) => method === "PUT")?.body).toContain('"ü"');
    expect(opened(seen)).toBeGreaterThan(0);
  });

  it.each([
    {},
    { authorizer: {} },
    { authorizer: { lambda: null } },
    { authorizer: { lambda: { token: "x", clusters: "" } } },
    { authorizer: { lambda: { clusters: ["practice"] } } },
  ])("opens nothing without the authorizer's word: %j", async (requestContext) => {
    const { handler, seen } = await start();
    expect(await handler({ body: bodyOf([anAlert()]), requestContext })).toMatchObject({ statusCode: 403 });
    expect(opened(seen)).toBe(0);
  });

  it("answers 422 to nothing at all", async () => {
    const { handler } = await start();
    expect(await handler({ requestContext: { authorizer } })).toMatchObject({ statusCode: 422 });
  });

  it("answers 503 where the archive is not there, so that the alert is sent again", async () => {
    const { handler } = await start(json(403, {}));
    const { statusCode, headers } = await handler({ body: bodyOf([anAlert()]), requestContext: { authorizer } });
    expect([statusCode, headers["retry-after"]]).toEqual([503, "10"]);
  });
});

describe("the bundles", () => {
  it.each([
    ["authorize", 150],
    ["ingest", 700],
  ])("%s stays under %d KB", async (name, budget) => {
    const { outputFiles } = await build({
      entryPoints: [new URL(`../../../lambdas/${name}/index.ts`, import.meta.url).pathname],
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node24",
      mainFields: ["module", "main"],
      write: false,
    });
    expect((outputFiles[0]?.contents.length ?? Number.NaN) / 1000).toBeLessThan(budget);
  });
});
