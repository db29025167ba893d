import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freezePolicy } from "../../../adapters/policy/frozen.ts";
import type { Probe, Seen } from "../../../lambdas/doctor/handler.ts";
import { json, type Play, serve, text } from "../adapters/server.ts";
import { aFile, aPolicy } from "../commands/support.ts";

type Handler = (input: Probe) => Promise<unknown>;
const functions: Readonly<Record<string, () => Promise<{ readonly handler: unknown }>>> = {
  diagnose: () => import("../../../lambdas/diagnose/index.ts"),
  escalate: () => import("../../../lambdas/escalate/index.ts"),
  remediate: () => import("../../../lambdas/remediate/index.ts"),
};
const right = { group: "", resource: "pods", verb: "get" };

/** An API server where everything is there, and nothing may be done. */
const apiServer: Play = (seen, response) =>
  seen.method === "POST"
    ? json(201, { status: { allowed: false } })(seen, response)
    : json(200, { metadata: { name: "it" } })(seen, response);

beforeEach(() => {
  vi.resetModules();
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  for (const [name, value] of Object.entries({
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "the-secret-access-key",
    CAPABILITY: "EvictWorkload",
    INSIDE_ROLE: "arn:aws:iam::111122223333:role/remediator-inside-eu-west-1",
  }))
    vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe.each(Object.keys(functions))("the function %s, when it is probed", (name) => {
  const start = async () => {
    const { url, seen } = await serve(apiServer);
    const policy = aPolicy({ clusters: { prod: { region: "eu-west-1", eks: "prod-1", endpoint: url, access: { entries: "made" } } } });
    const session = "<AccessKeyId>inside</AccessKeyId><SecretAccessKey>key</SecretAccessKey><SessionToken>token</SessionToken>";
    const sts = await serve(text(200, `<AssumeRoleResponse>${session}</AssumeRoleResponse>`));
    vi.stubEnv("AWS_ENDPOINT_URL", sts.url);
    vi.stubEnv("POLICY_FILE", aFile(freezePolicy(policy), "policy.json"));
    const handler = (await functions[name]?.())?.handler as Handler;
    return { handler, seen, policy };
  };

  it("looks as its own role, at one cluster, and needs no ledger for it", async () => {
    const { handler, seen, policy } = await start();
    const answer = (await handler({ doctor: { cluster: "prod", rights: [right] } })) as Seen;
    expect(answer).toMatchObject({
      cluster: "prod",
      policy: policy.version,
      found: { agent: { state: "found" } },
      rights: [{ ...right, is: "no" }],
    });
    expect(seen.filter(({ method }) => method !== "GET").map(({ url }) => url)).toEqual([
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    ]);
    for (const { headers } of seen) expect(headers.authorization).toMatch(/^Bearer k8s-aws-v1\./);
  });

  it("rejects for a cluster that its policy does not have", async () => {
    const { handler, seen } = await start();
    await expect(handler({ doctor: { cluster: "other", rights: [] } })).rejects.toThrow("the policy's clusters do not say where other is");
    expect(seen).toEqual([]);
  });
});
