import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { aFile, aPolicyFile, aWorld, cli, kubeconfigFor, nobodyThere, noStack } from "./support.ts";

const podOf = (store: Awaited<ReturnType<typeof aWorld>>["world"]["store"], workload: string) =>
  store.list("Pod", "payments").find(({ metadata }) => metadata.name.startsWith(`${workload}-`))?.metadata.name ?? "";

describe("why, of a workload that is there", () => {
  it.each([
    ["template-unlabelled", "svid.pod-label", "kubectl patch deployment checkout --namespace payments --type merge --patch"],
    ["namespace-unlabelled", "svid.namespace-label", "kubectl label namespace payments k8s.spirl.com/spiffe-csi=enabled"],
    ["older-than-webhook", "svid.older-than-webhook", "kubectl rollout restart deployment/checkout --namespace payments"],
    ["fargate", "svid.fargate", "do not label it"],
    ["webhook-down", "svid.webhook-present", "kubectl get service,endpointslices,pods -n spirl-system"],
  ] as const)("%s: names the link %s, and what mends it", async (incident, link, mend) => {
    const { world, as } = await aWorld(incident);
    const { code, out, err } = await cli("why", "payments/deployment/checkout", ...as("reader"));
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^Cause {2}${link}: `, "m"));
    expect(out).toContain(`Mend   ${mend}`);
    expect(out.trimEnd().split("\n").at(-1)).toMatch(new RegExp(`^✗ Deployment payments/checkout: fault at ${link} `));
    expect(err).toBe("");
    expect(world.audit()).toEqual([]);
  });

  it("shows every link once, in the order of the runbook, with a mark", async () => {
    const { as } = await aWorld("older-than-webhook");
    const { out } = await cli("why", "payments/deployment/checkout", ...as("reader"));
    const links = out.split("\n").flatMap((line) => /^([✓✗?–]) (svid\.\S+)/.exec(line)?.slice(1, 3).join(" ") ?? []);
    expect(links).toEqual([
      "✓ svid.exists",
      "✓ svid.fargate",
      "✓ svid.own-mount",
      "✓ svid.webhook-present",
      "✓ svid.webhook-matches",
      "✓ svid.pod-label",
      "– svid.namespace-label",
      "✗ svid.older-than-webhook",
      "– svid.volume-injected",
      "✓ svid.csi-on-node",
      "✓ svid.agent-on-node",
      "? svid.mint-failures",
    ]);
  });

  it("says of how many pods it speaks where they are not alike", async () => {
    const { as } = await aWorld("csi-missing-on-node");
    const { code, out } = await cli("why", "payments/deploy/checkout", ...as("reader"));
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ svid\.csi-on-node .*\(1 of 3 pods\)$/m);
    expect(out).not.toMatch(/svid\.fargate .* pods\)/);
  });

  it("evicts a StatefulSet's pods one by one, and a pod of its own by nobody", async () => {
    const sets = await aWorld("pdb-blocks");
    const { out } = await cli("why", "sts/settlement", "-n", "payments", ...sets.as("reader"));
    expect(out.match(/kubectl create --raw \/api\/v1\/namespaces\/payments\/pods\/settlement-\d\/eviction/g)).toHaveLength(3);
    const bare = await aWorld("bare-pod");
    expect((await cli("why", "payments/ledger-migration", ...bare.as("reader"))).out).toContain("Mend   nobody makes this pod anew");
  });

  it("calls a whole pod healthy where a Prometheus says that SVIDs are minted, and not known without one", async () => {
    const { world, as } = await aWorld("healthy");
    const pod = podOf(world.store, "checkout");
    expect(await cli("why", `payments/${pod}`, ...as("reader"), "--prometheus", world.prometheusUrl)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^✓ Pod payments\/checkout-\S+: healthy: nothing keeps it from its SVIDs/m),
    });
    expect(await cli("why", `payments/${pod}`, ...as("reader"))).toMatchObject({
      code: 3,
      out: expect.stringMatching(/unknown: the cluster shows no fault, but whether SVIDs are minted is not known without a Prometheus/),
    });
    world.faults.unreachable.add("prometheus");
    expect(await cli("why", `payments/${pod}`, ...as("reader"), "--prometheus", world.prometheusUrl)).toMatchObject({ code: 3 });
  });

  it("says unknown to who may read nothing", async () => {
    const { world, as } = await aWorld("older-than-webhook");
    const { code, out } = await cli("why", "payments/deployment/checkout", ...as("nobody"));
    expect(code).toBe(3);
    expect(out).toContain('our role lacks "get" on deployments (403)');
    expect(out).not.toContain("Cause");
    expect(world.audit()).toEqual([]);
  });

  it("says unknown, and no cause, where a link before the fault cannot be read", async () => {
    const { world, as } = await aWorld("older-than-webhook");
    world.faults.forbidden.add("nodes");
    const { code, out } = await cli("why", "payments/deployment/checkout", ...as("reader"));
    expect(code).toBe(3);
    expect(out).toMatch(/^\? svid\.fargate .*our role lacks "get" on nodes/m);
    expect(out).toMatch(/^\? Deployment payments\/checkout: unknown: cannot be told: nodes\//m);
    expect(out).not.toMatch(/^Cause/m);
  });

  it.each([
    ["payments/checkout", "Pod payments/checkout", "; is payments/deployment/checkout meant?"],
    ["payments/deployment/chekout", "Deployment payments/chekout", ""],
    ["nowhere/checkout", "namespace nowhere", ""],
    ["nowhere/deployment/checkout", "namespace nowhere", ""],
  ])("says in one line that %s is not there: nobody spoke of an alert", async (target, what, hint) => {
    const { world, as } = await aWorld("older-than-webhook");
    const says = `remediator: there is no ${what} in cluster practice${hint}\n`;
    for (const more of [[], ["--json"]])
      expect(await cli("why", target, ...as("reader"), ...more)).toMatchObject({ code: 2, out: "", err: says });
    expect(world.audit()).toEqual([]);
  });

  it("goes on where the namespace may not be asked for: what is unknown is no mistake", async () => {
    const { world, as } = await aWorld("older-than-webhook");
    world.faults.forbidden.add("namespaces");
    world.faults.forbidden.add("pods");
    expect(await cli("why", "nowhere/checkout", ...as("reader"))).toMatchObject({ code: 3, err: "" });
  });

  it("says once why Prometheus does not answer, whatever it was asked", async () => {
    const { as } = await aWorld("healthy");
    const { out } = await cli("why", "payments/deployment/checkout", ...as("reader"), "--prometheus", nobodyThere);
    const last = out.trimEnd().split("\n").at(-1) ?? "";
    expect(last).toMatch(
      /^\? Deployment payments\/checkout: unknown: cannot be told: Prometheus at 127\.0\.0\.1:1 takes no connections \(ECONNREFUSED\) \(/,
    );
    expect(last.match(/ECONNREFUSED/g)).toHaveLength(1);
  });

  it("gives the same as JSON: each check with its evidence, each piece of evidence with what was asked", async () => {
    const { as } = await aWorld("older-than-webhook");
    const { code, out, err } = await cli("why", "payments/deployment/checkout", "--json", ...as("reader"));
    const answer = JSON.parse(out) as {
      readonly checks: readonly { readonly check: string; readonly is: string; readonly evidence: readonly string[] }[];
      readonly reads: readonly { readonly ref?: string; readonly unavailable?: string }[];
    };
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(answer).toMatchObject({
      of: "Deployment payments/checkout",
      cluster: "practice",
      verdict: "fault",
      cause: "svid.older-than-webhook",
      mend: ["kubectl rollout restart deployment/checkout --namespace payments"],
    });
    expect(answer.checks.find(({ check }) => check === "svid.older-than-webhook")).toMatchObject({
      category: "workloads-not-receiving-svids",
      is: "faulty",
      says: expect.stringContaining("older than the webhook"),
      hint: "kubectl rollout restart deployment/checkout --namespace payments",
    });
    const refs = new Set(answer.reads.map(({ ref }) => ref));
    const used = answer.checks.flatMap(({ evidence }) => evidence);
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((ref) => !refs.has(ref))).toEqual([]);
    expect(answer.reads).toContainEqual(
      expect.objectContaining({ source: "kubernetes", asked: "/apis/apps/v1/namespaces/payments/deployments/checkout" }),
    );
    expect(answer.reads).toContainEqual(expect.objectContaining({ source: "prometheus", unavailable: "no Prometheus is configured" }));
  });
});

describe("why, where the cluster cannot be reached", () => {
  it("says that nobody listens", async () => {
    const { code, out, err } = await cli("why", "payments/checkout-1", "--kubeconfig", kubeconfigFor(nobodyThere));
    expect(code).toBe(3);
    expect(out).toContain("the API server takes no connections (ECONNREFUSED)");
    expect(out + err).not.toContain("secret-token-of-ours");
    expect(out + err).toMatch(noStack);
  });

  it("says that no answer came, within the timeout, and does not wait for each question by itself", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const silent = kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const quick = ["--policy", aPolicyFile()] as const; // requests take at most 2 s
    const begin = performance.now();
    expect(await cli("why", "payments/checkout-1", "--kubeconfig", silent, ...quick)).toMatchObject({
      code: 3,
      out: expect.stringContaining("the API server gave no answer within 2 s"),
    });
    expect(performance.now() - begin).toBeLessThan(4000);
    const many = aFile(
      ["a", "b", "c", "d", "e"]
        .map((name) => `{kind: Pod, metadata: {name: ${name}, namespace: n-${name}}, spec: {containers: []}}`)
        .join("\n---\n"),
    );
    expect(await cli("why", "-f", many, "--kubeconfig", silent, ...quick)).toMatchObject({ code: 3 });
    // Two questions, one after the other, for five pods: not ten of them.
    expect(performance.now() - begin).toBeLessThan(14_000);
  });
});

describe("why, mistyped", () => {
  it.each([
    [["why"], /give one target \(NAMESPACE\/POD\), or one manifest/],
    [["why", "payments/x", "-f", "x.yaml"], /give one target/],
    [["why", "payments"], /payments is neither NAMESPACE\/POD nor NAMESPACE\/KIND\/NAME/],
    [["why", "a/b/c/d"], /neither NAMESPACE\/POD/],
    [["why", "payments/route/x"], /route is not a kind of workload: there are Pod, Deployment, StatefulSet/],
    [["why", "deployment/checkout"], /names no namespace: write NAMESPACE\/deployment\/checkout, or add -n NAMESPACE/],
    [["why", "payments/Upper_Case"], /"Upper_Case" cannot be the name of a Pod/],
    [["why", "pay;ments/x"], /"pay;ments" cannot be the name of a namespace/],
    [["why", "payments/../../secrets"], /neither NAMESPACE\/POD/],
    [["why", "payments/x", "--prometheus", "localhost"], /an address begins with http:\/\/ or https:\/\//],
    [["why", "payments/x", "--kubeconfig", "/nowhere/config"], /the kubeconfig \/nowhere\/config cannot be read: ENOENT/],
    [["why", "payments/x", "--frobnicate"], /unknown option '--frobnicate'/],
  ])("%j", async (args, says) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(says);
    expect(err).toMatch(noStack);
  });

  it("says what is wrong with a kubeconfig, a context and a policy", async () => {
    const { as } = await aWorld("healthy");
    expect(await cli("why", "payments/x", "--kubeconfig", aFile("{]"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("it is not a kubeconfig"),
    });
    expect(await cli("why", "payments/x", ...as("reader"), "--context", "other")).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no usable context other in the kubeconfig; it has: practice"),
    });
    const none = aFile('{"name": "remediator"}', "package.json");
    expect((await cli("why", "payments/x", "--kubeconfig", none)).err).toBe(
      `remediator: the kubeconfig ${none} has no context: is it a kubeconfig?\n`,
    );
    const unnamed = aFile(readFileSync(as("reader")[1], "utf8").replace('"current-context":"practice"', '"current-context":""'));
    expect((await cli("why", "payments/x", "--kubeconfig", unnamed)).err).toBe(
      `remediator: the kubeconfig ${unnamed} has no current context, and none was named; it has: practice\n`,
    );
    expect(await cli("why", "payments/x", ...as("reader"), "--policy", aFile("limit: {}", "policy.yaml"))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/policy\.yaml:1:1: limit is not known here: did you mean limits\?/),
    });
  });
});
