import { describe, expect, it } from "vitest";
import type { Probe, Seen } from "../../../lambdas/doctor/handler.ts";
import type { Line } from "../../../local/commands/doctor/check.ts";
import { named, rightsOf } from "../../../local/commands/doctor/rights.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { at } from "../../support/ledger-values.ts";
import { aFile, aPolicyFile, aWorld, cli, kubeconfigFor, nobodyThere, noStack } from "../commands/support.ts";
import { aws } from "../stack/aws.ts";

const checksIn = (out: string): readonly Line[] => (JSON.parse(out) as { readonly checks: readonly Line[] }).checks;
const states = (lines: readonly Line[]) => Object.fromEntries(lines.map(({ group, id, is }) => [`${group}: ${id}`, is]));

describe("doctor, of a cluster with one's own rights", () => {
  it("says that all is well", { timeout: 30_000 }, async () => {
    const { world, as } = await aWorld("healthy");
    const where = [...as("reader"), "--prometheus", world.prometheusUrl, "--alertmanager", world.alertmanagerUrl] as const;
    const { code, out } = await cli("doctor", ...where);
    expect(code).toBe(0);
    expect(out).toMatch(/^cluster practice, as who you are\n {2}✓ the API server is reached/);
    expect(out).toContain("✓ we can only look: we may not create pods/eviction");
    expect(out).toMatch(/\n6 ok, 0 failed, 0 not known\n$/);
  });

  it("says what does not answer, and what to do", async () => {
    const { code, out, err } = await cli("doctor", "--kubeconfig", kubeconfigFor(nobodyThere), "--json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(states(checksIn(out))).toMatchObject({
      "cluster elsewhere, as who you are: api-server": "failed",
      "cluster elsewhere, as who you are: may": "unknown",
      "cluster elsewhere, as who you are: prometheus": "failed",
    });
    expect(out).not.toContain("secret-token-of-ours");
  });

  it("wants to know what to examine, and a policy that can be read", async () => {
    for (const [args, says] of [
      [[], "name what to examine"],
      [["--stack", "s", "--kubeconfig", "x"], "--kubeconfig would change nothing"],
      [["--region", "x", "--kubeconfig", "x"], "it goes with --stack"],
      [["--kubeconfig", "x", "--policy", aFile("mode: {default: maybe}", "p.yaml")], "p.yaml:1"],
    ] as const) {
      const { code, err } = await cli("doctor", ...args);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(says) });
      expect(err).toMatch(noStack);
    }
  });
});

/** A function that has all the rights that it should have, and no other. */
function seenBy(name: string, { doctor: { cluster, rights } }: Probe, api: Seen["found"]["api"]): Seen {
  const { may } = rightsOf(capabilities.find((capability) => name === `remediator-${capability}`));
  const own = new Set(may.map(named));
  const found = { state: "found" } as const;
  return {
    cluster,
    policy: "f".repeat(64) as Seen["policy"],
    at: "2026-11-02T08:00:00.000Z" as Seen["at"],
    found: { api, agent: found, csi: found, webhook: found, prometheus: found, metrics: found, alertmanager: found },
    rights: rights.map((right) => ({ ...right, is: own.has(named(right)) ? "yes" : "no" })),
  };
}

async function stack(api: Seen["found"]["api"] = { state: "found" }) {
  const on = await aws({
    "lambda:Invoke": (name, { body }) => ({ body: seenBy(String(name), JSON.parse(body) as Probe, api) }),
    "lambda:GetFunctionConcurrency": () => ({ body: { ReservedConcurrentExecutions: 5 } }),
    "lambda:GetAccountSettings": () => ({ body: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 } } }),
    "secretsmanager:GetSecretValue": () => ({
      body: { SecretString: JSON.stringify([{ name: "am", current: "0".repeat(64), clusters: ["prod"] }]), VersionId: "v" },
    }),
    "sns:ListSubscriptionsByTopic": () => ({
      body: "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member><Protocol>email</Protocol><SubscriptionArn>arn:aws:sns:x</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>",
    }),
    "other:POST": () => ({ status: 401, body: {} }),
  });
  on.outputs.Tokens = "arn:tokens";
  on.outputs.Tickets = "arn:aws:sns:eu-west-1:1:Tickets";
  on.outputs.Alerts = `${on.url}/alerts`;
  for (const of of ["all", { cluster: "prod" }, { cluster: "staging" }] as const) await on.ledger.setSwitch(of, { state: "off" });
  return on;
}
const deployed = ["--stack", "remediator"] as const;

describe("doctor, of a stack", () => {
  it("says that all is well: here, and as every function sees every cluster", async () => {
    const { asked } = await stack();
    const { code, out } = await cli("doctor", ...deployed);
    expect(out).not.toMatch(/[✗?] /);
    expect(code).toBe(0);
    for (const cluster of ["prod", "staging"])
      for (const id of ["Diagnose", "Escalate", ...capabilities]) expect(out).toContain(`cluster ${cluster}, as ${id}\n`);
    const changing = asked.map(({ action }) => action).filter((action) => !/:(Get|Describe|List|Invoke|Query|POST)/.test(action));
    expect(changing.filter((action) => action !== "dynamodb:TransactWriteItems")).toEqual([]);
  });

  it("exits with 1 where something is wrong, and says which and what to do", async () => {
    const on = await stack();
    await on.ledger.setSwitch({ cluster: "prod" }, { state: "on", by: "jo", since: at(0), why: "noise" });
    const { code, out } = await cli("doctor", ...deployed, "--policy", aPolicyFile());
    expect(code).toBe(1);
    expect(out).toContain("✗ in prod nothing is written: stopped since");
    expect(out).toContain("    → remediator resume --cluster prod --stack remediator\n");
    expect(out).toMatch(/✗ .*policy\.yaml is not the policy as deployed/);
  });

  it("exits with 3 where rights are missing to see it, each in its own line, and tells the rest", async () => {
    const on = await stack();
    for (const right of ["secretsmanager:GetSecretValue", "lambda:Invoke", "sns:ListSubscriptionsByTopic"]) on.denied.add(right);
    const { code, out } = await cli("doctor", ...deployed, "--json");
    expect(code).toBe(3);
    const lines = checksIn(out);
    expect(states(lines)).toMatchObject({
      "ways in and out: senders": "unknown",
      "ways in and out: tickets": "unknown",
      "ways in and out: door": "ok",
      "cluster prod, as Diagnose: probe": "unknown",
      "writing: switches": "ok",
    });
    expect(lines.find(({ id }) => id === "senders")?.says).toMatch(
      /lacks the right secretsmanager:GetSecretValue .*: the stack's output Senders names the policy that has it$/,
    );
    expect(out).not.toContain("0".repeat(64));
  });

  it("names the cluster as EKS does where the policy says how", async () => {
    const on = await stack({ state: "unavailable", reason: "the API server forbids it (403)" });
    on.outputs.Clusters = "prod";
    const policy = aFile("clusters: {prod: {region: eu-west-1, eks: prod-1}}", "p.yaml");
    const command = "aws eks list-access-entries --cluster-name";
    expect((await cli("doctor", ...deployed, "--policy", policy)).out).toContain(
      `(${command} prod-1 --region eu-west-1), and clusters.prod`,
    );
    expect((await cli("doctor", ...deployed)).out).toContain(`(${command} NAME), and clusters.prod`);
  });

  it("makes no checks of a stack that is not there", async () => {
    const { actions } = await stack();
    const { code, out, err } = await cli("doctor", "--stack", "nope");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(
      "remediator: there is no stack nope in eu-west-1 of this account: --stack and --region say which, and AWS_PROFILE whose\n",
    );
    expect(actions().filter((action) => !action.startsWith("dynamodb:"))).toEqual(["cloudformation:DescribeStacks"]);
  });

  it("tells the rest where CloudFormation may not be asked", async () => {
    const on = await stack();
    on.denied.add("cloudformation:DescribeStacks");
    const { code, out } = await cli("doctor", ...deployed, "--json");
    expect(code).toBe(3);
    expect(states(checksIn(out))).toMatchObject({ "stack remediator: stack": "unknown", "stack remediator: credentials": "ok" });
  });

  it("shows no digest, and no credentials", async () => {
    await stack();
    for (const args of [[], ["--json"]]) {
      const { out, err } = await cli("doctor", ...deployed, ...args);
      for (const secret of ["0".repeat(64), "the-secret-access-key", "AKIDEXAMPLE"]) expect(out + err).not.toContain(secret);
    }
  });
});
