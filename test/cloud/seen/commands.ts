import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Credentials } from "../../../adapters/sigv4/sign.ts";
import { readTokens } from "../../../lambdas/authorize/tokens.ts";
import type { Line } from "../../../local/commands/doctor/check.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { until } from "../../cluster/parts/process.ts";
import { injectionLabel } from "../../cluster/support/manifests.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import { emulated } from "../../support/ministack.ts";
import { cli } from "../../unit/commands/support.ts";
import { inEks } from "../support/eks-cluster.ts";
import type { Scene } from "../support/scene.ts";
import { form, json, send, sendSigned } from "../support/signed.ts";

const deployed = ["--stack", "remediator"] as const;

/** The commands as a person runs them, towards our stack as it is really deployed. It comes after the emergency stop, which leaves each writer its concurrency. */
export function commands({ stage, scenario, running, runningBeforeTheWebhook, incident }: Scene): void {
  const real = globalThis.fetch;
  /** As whom APIs are called, where that matters. */
  let as: Credentials | undefined;
  /** The emulator has no names for APIs: what goes to one is sent to the emulator itself, as it is. */
  const toApi: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    if (!url.hostname.includes(".execute-api.")) return real(input, init);
    const asked = {
      host: stage().host,
      path: url.pathname,
      body: String(init?.body ?? ""),
      headers: { "content-type": "application/json" },
    };
    const { endpoint } = stage().emulator;
    // A signature is for one host: here for the emulator's.
    const { status, text } = await (as ? sendSigned(endpoint, "execute-api", asked, as) : send(endpoint, asked));
    return new Response(text, { status });
  };
  describe("the commands, towards the deployed stack", () => {
    beforeEach(() => {
      for (const [name, value] of Object.entries({
        AWS_ENDPOINT_URL: stage().emulator.endpoint,
        AWS_REGION: emulated.region,
        AWS_ACCESS_KEY_ID: emulated.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulated.credentials.secretAccessKey,
      }))
        vi.stubEnv(name, value);
      vi.spyOn(globalThis, "fetch").mockImplementation(toApi);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      as = undefined;
    });

    test("doctor finds every link whole, but for a token that fits no cluster", async () => {
      await inEks(stage(), "API");
      const { code, out, err } = await cli("doctor", ...deployed, "--policy", stage().policyFile, "--json");
      expect(err).toBe("");
      const { checks } = JSON.parse(out) as { readonly checks: readonly Line[] };
      const wrong = checks.filter(({ is }) => is !== "ok").map(({ id, is }) => `${id} ${is}`);
      // One token is for clusters that the policy does not have.
      expect(wrong).toEqual(["senders failed"]);
      expect(code).toBe(1);
      const seen = new Set(checks.filter(({ group }) => group.startsWith(`cluster ${clusterName}`)).map(({ group }) => group));
      // In EKS, as Diagnose, as Escalate, and as each that writes.
      expect(seen.size).toBe(3 + capabilities.length);
    });

    test("doctor sees that EKS lets nobody in by an access entry", async () => {
      await inEks(stage(), "CONFIG_MAP");
      const { out } = await cli("doctor", ...deployed, "--policy", stage().policyFile, "--json");
      const { checks } = JSON.parse(out) as { readonly checks: readonly Line[] };
      expect(checks.find(({ id }) => id === "access-entries")).toMatchObject({ is: "failed", says: expect.stringContaining("CONFIG_MAP") });
    });

    test("run starts an incident, follows it to its proof, and it can be told and verified afterwards", async () => {
      await scenario("by-hand", async () => {
        await runningBeforeTheWebhook({ name: "checkout", namespace: "by-hand", labels: injectionLabel });
        const { id } = incident("by-hand", "checkout");
        const ran = await cli("run", "by-hand/deployment/checkout", "--cluster", clusterName, "--json", ...deployed);
        expect(ran).toMatchObject({ code: 0 });
        const records = ran.out
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as { readonly incidentId: string; readonly type: string });
        expect(records.at(-1)).toMatchObject({ type: "closed", result: "proved" });
        expect(records[0]?.incidentId).toBe(id);
        expect(await cli("incident", id, ...deployed)).toMatchObject({ code: 0, out: expect.stringContaining("the chain is whole") });
        // Its sealed copy follows by the stream.
        await until("the story is sealed", 60, async () => (await cli("audit", "verify", id, ...deployed)).code === 0);
      });
    });

    test("approve answers the plan that was shown, as an approver", async () => {
      await scenario("answered", async () => {
        await running({ name: "checkout", namespace: "answered" });
        const checkout = incident("answered", "checkout");
        await checkout.asks();
        as = stage().people.approver;
        const shown = await cli("approve", checkout.id, ...deployed);
        expect(shown.code).toBe(2);
        const [, plan = ""] = / --plan ([0-9a-f]{12}) /.exec(shown.err) ?? [];
        expect(await cli("approve", checkout.id, "--plan", plan, ...deployed)).toMatchObject({ code: 0 });
        expect((await checkout.has("closed")).at(-1)).toMatchObject({ result: "proved" });
        expect(await cli("decline", checkout.id, ...deployed)).toMatchObject({
          code: 1,
          err: expect.stringContaining("waits for no answer"),
        });
      });
    });

    test("run says what the stack does not take", async () => {
      const refused = await cli("run", "--node", "a b", ...deployed);
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("the stack does not take it: node") });
    });

    test("stop throws the switch as whoever it is, and resume takes it back", async () => {
      expect(await cli("stop", "--why", "a drill", ...deployed)).toMatchObject({ code: 0, out: expect.stringContaining("a drill") });
      expect(await stage().ledger.switchOf("all")).toMatchObject({ state: "on", by: expect.stringMatching(/^arn:aws:/), why: "a drill" });
      expect(await cli("resume", ...deployed)).toMatchObject({ code: 0 });
      expect(await stage().ledger.switchOf("all")).toEqual({ state: "off" });
    });

    test("stop --emergency works for who has no right to our tables, and says that the switch was not thrown", async () => {
      const user = `on-call-${randomUUID().slice(0, 8)}`;
      const iam = (input: Readonly<Record<string, string>>) =>
        form(stage().emulator.endpoint, "iam", { Version: "2010-05-08", UserName: user, ...input });
      await iam({ Action: "CreateUser" });
      const statement = {
        Effect: "Allow",
        Action: ["lambda:PutFunctionConcurrency", "lambda:GetFunctionConfiguration", "lambda:ListFunctions"],
        Resource: "*",
      };
      await iam({
        Action: "PutUserPolicy",
        PolicyName: "p",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      });
      const key = await iam({ Action: "CreateAccessKey" });
      const of = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(key)?.[1] ?? "";
      vi.stubEnv("AWS_ACCESS_KEY_ID", of("AccessKeyId"));
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", of("SecretAccessKey"));
      const stopped = await cli("stop", "--emergency", "--why", "a drill", ...deployed);
      expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining("the stop switch could not be set") });
      for (const name of capabilities) expect(stopped.out).toContain(`✓ remediator-${name}: runs no more`);
      expect(await stage().ledger.switchOf("all")).toEqual({ state: "off" });
      expect(await cli("resume", "--emergency", ...deployed)).toMatchObject({ code: 0 });
    });

    test("token makes one that is kept as a digest, beside those that are there", async () => {
      const secret = async () => {
        const SecretId = stage().deployment.outputs.Tokens;
        const got = await json<{ readonly SecretString: string }>(
          stage().emulator.endpoint,
          "secretsmanager",
          "secretsmanager.GetSecretValue",
          { SecretId },
        );
        return readTokens(got.SecretString);
      };
      const before = await secret();
      const { code, out } = await cli("token", "add", "another", "--clusters", clusterName, ...deployed);
      expect(code).toBe(0);
      const after = await secret();
      expect(after.slice(0, -1)).toEqual(before);
      expect(after.at(-1)).toMatchObject({ name: "another", clusters: [clusterName] });
      expect(JSON.stringify(after)).not.toContain(out.trim());
      expect(await cli("token", "revoke", "another", ...deployed)).toMatchObject({ code: 0 });
      expect(await secret()).toEqual(before);
    });
  });
}
