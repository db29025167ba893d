import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { UsageError } from "../../../local/commands/mistakes.ts";
import { manifestIn } from "../../../local/commands/why/manifest.ts";
import type { World } from "../../../local/world/world.ts";
import { aFile, aWorld, cli, kubeconfigFor, nobodyThere, noStack } from "./support.ts";

const label = "k8s.spirl.com/spiffe-csi";

interface Wish {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}
const template = ({ labels = {}, spec = {} }: Wish) => ({
  metadata: { labels: { app: "web", ...labels } },
  spec: { containers: [{ name: "app", image: "registry.example/web:1" }], ...spec },
});
const deployment = (wish: Wish = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", ...(wish.namespace === undefined ? {} : { namespace: wish.namespace }) },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: template(wish) },
});
const namespace = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});
const file = (...objects: readonly unknown[]): string => aFile(objects.map((object) => stringify(object)).join("---\n"), "web.yaml");
const csi = (readOnly: boolean) => ({
  volumes: [{ name: "spiffe", csi: { driver: "csi.spiffe.io", readOnly } }],
  containers: [{ name: "app", image: "registry.example/web:1", volumeMounts: [{ name: "spiffe", mountPath: "/spirl-agent-socket" }] }],
});

describe("why -f, before it is applied", () => {
  it("says what it could not look at, and does not call that well", async () => {
    const { as } = await aWorld("healthy");
    const kind = (name: string) => ({ apiVersion: "v1", kind: name, metadata: { name: "old" }, spec: { template: template({}) } });
    const good = deployment({ namespace: "shop", labels: { [label]: "enabled" } });
    const { code, out } = await cli("why", "-f", file(good, kind("ReplicationController"), kind("Rollout")), ...as("reader"));
    expect(code).toBe(3);
    expect(out).toMatch(/^\? ReplicationController old \S+:\d+: has containers, but how it makes its pods is not known here$/m);
    expect(out).toContain("3 workloads: 1 would get the socket, 0 would not, 2 cannot be told");
    expect(await cli("why", "-f", file(kind("Rollout")), ...as("reader"))).toMatchObject({ code: 3 });
  });

  it("takes several files together: each counts, and what one brings the others see", async () => {
    const { as } = await aWorld("healthy");
    const [faulty, fine] = [
      file(deployment({ namespace: "payments" })),
      file(deployment({ namespace: "shop", labels: { [label]: "enabled" } })),
    ];
    const { code, out } = await cli("why", "-f", faulty, "-f", fine, ...as("reader"));
    expect([code, out]).toEqual([1, expect.stringContaining("2 workloads: 1 would get the socket, 1 would not, 0 cannot be told")]);
    const own = file(namespace("fresh", { [label]: "enabled" }));
    const apart = await cli(
      "why",
      "-f",
      file(deployment({ namespace: "fresh", labels: { [label]: "enabled" } })),
      "-f",
      own,
      ...as("reader"),
      "--json",
    );
    expect(apart.code).toBe(0);
    expect(JSON.parse(apart.out)).toMatchObject([{ workloads: [{ verdict: "healthy", notes: [] }] }, { file: own, workloads: [] }]);
  });

  it("says which label is missing, and in which line of the file", async () => {
    const { world, as } = await aWorld("healthy");
    const { code, out } = await cli("why", "-f", file(namespace("other"), deployment({ namespace: "payments" })), ...as("reader"));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^✗ svid\.pod-label +the template of Deployment payments\/web does not carry k8s\.spirl\.com\/spiffe-csi=enabled$/m,
    );
    expect(out).toContain(`Mend   add "${label}: enabled" to spec.template.metadata.labels of Deployment web (line 20)`);
    expect(out).toContain("1 workload: 0 would get the socket, 1 would not, 0 cannot be told");
    expect(world.audit()).toEqual([]);
  });

  it("takes YAML and JSON, lists, the namespace from -n, and from the context where nothing names one", async () => {
    const { as } = await aWorld("healthy");
    const labelled = deployment({ labels: { [label]: "enabled" } });
    const list = aFile(
      JSON.stringify({ apiVersion: "v1", kind: "List", items: [labelled, { ...labelled, metadata: { name: "two", namespace: "shop" } }] }),
    );
    const { code, out } = await cli("why", "-f", list, "-n", "shop", ...as("reader"));
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ Deployment shop\/web: healthy: webhook inject\.spirl\.com would inject shop\/web/m);
    expect(out).toMatch(/^✓ Deployment shop\/two: healthy/m);
    expect((await cli("why", "-f", file(labelled), ...as("reader"))).out).toContain("Deployment default/web");
  });

  it("knows pods of each kind of workload, and names the place of a CronJob's labels", async () => {
    const { as } = await aWorld("healthy");
    const of = (kind: string, spec: unknown) => ({ kind, metadata: { name: kind.toLowerCase(), namespace: "payments" }, spec });
    const all = [
      ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"].map((kind) => of(kind, { template: template({}) })),
      of("CronJob", { jobTemplate: { spec: { template: template({}) } } }),
      { ...of("Pod", template({}).spec), metadata: { generateName: "one-", namespace: "payments" } },
      of("ConfigMap", undefined),
    ];
    const { code, out } = await cli("why", "-f", file(...all), ...as("reader"), "--json");
    const answer = JSON.parse(out) as {
      readonly workloads: readonly { readonly of: string; readonly mend: readonly string[] }[];
      readonly others: number;
    };
    expect(code).toBe(1);
    expect(answer.workloads.map(({ of: title }) => title)).toEqual([
      "Deployment payments/deployment",
      "StatefulSet payments/statefulset",
      "DaemonSet payments/daemonset",
      "ReplicaSet payments/replicaset",
      "Job payments/job",
      "CronJob payments/cronjob",
      "Pod payments/one",
    ]);
    expect(answer.others).toBe(1);
    expect(answer.workloads[5]?.mend[0]).toContain("to spec.jobTemplate.spec.template.metadata.labels of CronJob cronjob (line ");
    expect(answer.workloads[6]?.mend[0]).toContain("to metadata.labels of Pod one (line ");
  });

  it("looks at the namespace: as it is, as the file makes it, and as it would be", async () => {
    const { as } = await aWorld("namespace-unlabelled");
    const asked = (...objects: readonly unknown[]) => cli("why", "-f", file(...objects), ...as("reader"));
    expect(await asked(deployment({ namespace: "payments" }))).toMatchObject({
      code: 1,
      out: expect.stringContaining(`Mend   kubectl label namespace payments ${label}=enabled`),
    });
    expect(await asked(deployment({ namespace: "shop" }))).toMatchObject({ code: 0 });
    expect(await asked(namespace("payments", { [label]: "enabled" }), deployment({ namespace: "payments" }))).toMatchObject({ code: 0 });
    // Applying adds labels; the one that shop has stays.
    expect(await asked(namespace("shop", { team: "a" }), deployment({ namespace: "shop" }))).toMatchObject({ code: 0 });
    const fresh = await asked(deployment({ namespace: "fresh" }));
    expect(fresh).toMatchObject({
      code: 1,
      out: expect.stringContaining("Note   namespace fresh is not there yet, and was taken to be without labels"),
    });
    expect(fresh.out).toContain(`Mend   kubectl create namespace fresh && kubectl label namespace fresh ${label}=enabled`);
    const brought = await asked(namespace("fresh", { team: "a" }), deployment({ namespace: "fresh" }));
    expect(brought.out).toContain(`Mend   add "${label}: enabled" to metadata.labels of Namespace fresh (line 6)`);
    expect(brought.out).not.toContain("not there yet");
    expect(await asked(namespace("fresh", { [label]: "enabled" }), deployment({ namespace: "fresh" }))).toMatchObject({ code: 0 });
  });

  it.each([
    ["its own mount, complete", csi(true), 0, /^✓ svid\.own-mount .*has the csi\.spiffe\.io volume spiffe/m],
    ["its own mount, writable", csi(false), 1, /^Cause {2}svid\.own-mount: .* is not readOnly/m],
    ["Fargate's scheduler", { schedulerName: "fargate-scheduler" }, 1, /^Cause {2}svid\.fargate: /m],
  ] as const)("sees %s", async (_, spec, code, says) => {
    const { as } = await aWorld("healthy");
    expect(await cli("why", "-f", file(deployment({ namespace: "payments", spec })), ...as("reader"))).toMatchObject({
      code,
      out: expect.stringMatching(says),
    });
  });

  it("warns where pods of the same namespace run on Fargate", async () => {
    const { as } = await aWorld("fargate");
    const { out } = await cli("why", "-f", file(deployment({ namespace: "payments", labels: { [label]: "enabled" } })), ...as("reader"));
    expect(out).toContain("Note   3 pods of namespace payments run on Fargate: if a profile chooses this one too");
  });

  it("does not promise a socket while the webhook is down", async () => {
    const { as } = await aWorld("webhook-down");
    const labelled = file(deployment({ namespace: "payments", labels: { [label]: "enabled" } }));
    expect(await cli("why", "-f", labelled, ...as("reader"))).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^Cause {2}svid\.webhook-present/m),
    });
  });

  it("does not know what depends on who asks, nor what may not be read", async () => {
    const { world, as } = await aWorld("healthy");
    const labelled = file(deployment({ namespace: "payments", labels: { [label]: "enabled" } }));
    const webhook = world.store.need("MutatingWebhookConfiguration", "spirl-controller-webhook");
    const matchConditions = [{ name: "not-us", expression: "request.userInfo.username != 'us'" }];
    world.store.update(webhook, ({ webhooks }) => webhooks.forEach((each) => void Object.assign(each, { matchConditions })), {
      manager: "test",
    });
    expect(await cli("why", "-f", labelled, ...as("reader"))).toMatchObject({
      code: 3,
      out: expect.stringContaining("it looks at request.userInfo.username"),
    });
    expect(await cli("why", "-f", labelled, ...as("nobody"))).toMatchObject({ code: 3, out: expect.stringMatching(/may not be read/) });
  });
});

describe("what is foretold is what happens", () => {
  it.each([
    ["healthy", "payments", {}],
    ["healthy", "payments", { [label]: "enabled" }],
    ["healthy", "payments", { [label]: "disabled" }],
    ["namespace-unlabelled", "payments", {}],
    ["namespace-unlabelled", "shop", {}],
    ["webhook-down", "shop", { [label]: "enabled" }],
  ] as const)("in the world %s, namespace %s, labels %j", async (incident, where, labels) => {
    const { world, as } = await aWorld(incident);
    const manifest = deployment({ namespace: where, labels });
    const { code } = await cli("why", "-f", file(manifest), ...as("reader"));
    const pod = await applied(world, where, manifest);
    expect(code).toBe(hasSocket(pod) ? 0 : 1);
  });
});

async function applied(world: World, where: string, manifest: unknown) {
  const reply = await fetch(`${world.kubernetesUrl}/apis/apps/v1/namespaces/${where}/deployments`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.tokens.admin}`, "content-type": "application/json" },
    body: JSON.stringify(manifest),
  });
  expect(reply.status).toBe(201);
  const pod = () => world.store.list("Pod", where).find(({ metadata }) => metadata.name.startsWith("web-"));
  await expect.poll(pod).toBeDefined();
  return pod();
}
const hasSocket = (pod: { readonly spec: unknown } | undefined): boolean => JSON.stringify(pod?.spec).includes("csi.spiffe.io");

describe("why -f, mistyped", () => {
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["indentation", "kind: Pod\n metadata: x\n", /:1:7: is not YAML: /],
    ["a chart's template", "kind: Pod\nmetadata: {{ .Values.x }}\n", /:2:\d+: is not YAML: .*must be rendered first, as by helm template/],
    ["a key twice", "kind: Pod\nkind: Pod\n", /:2:1: is not YAML: Map keys must be unique/],
    [
      "the second document",
      "kind: ConfigMap\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: a}\n",
      /:4:1: spec is missing: this is how Pod a makes its pods/,
    ],
    ["no object", "- a\n- b\n", /:1:1: is no Kubernetes object: it has no kind/],
    ["no name", "kind: Pod\nmetadata: {}\nspec: {}\n", /:2:11: metadata\.name must be a name as Kubernetes has them/],
    ["no metadata", "kind: Pod\nspec: {}\n", /:1:1: metadata must be object/],
    [
      "a label that is no text",
      "kind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata:\n      labels:\n        app: true\n    spec: {}\n",
      /:7:14: spec\.template\.metadata\.labels\.app must be text: put true in quotes/,
    ],
    [
      "no template",
      "kind: Deployment\nmetadata: {name: a}\nspec: {replicas: 1}\n",
      /:3:7: spec\.template\.spec is missing: this is how Deployment a makes its pods/,
    ],
    ["containers that are no list", "kind: Pod\nmetadata: {name: a}\nspec:\n  containers: {}\n", /:4:15: spec\.containers must be array/],
    ["nothing with pods", "kind: ConfigMap\nmetadata: {name: a}\n", /has no Pod, Deployment, .* \(1 other objects\)/],
    ["nothing", "", /has no Pod, Deployment/],
    [
      "aliases without end",
      `a: &a [x]\nb: &b [${Array(60).fill("*a").join(",")}]\nc: [${Array(60).fill("*b").join(",")}]\nkind: Pod\n`,
      /cannot be read: /,
    ],
  ];
  it.each(bad)("%s", async (_, text, says) => {
    const nowhere = ["--kubeconfig", kubeconfigFor(nobodyThere)] as const;
    const { code, out, err } = await cli("why", "-f", aFile(text, "bad.yaml"), ...nowhere);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(says);
    expect(err).toMatch(noStack);
  });

  it("a file that is not there, a folder, and a namespace that contradicts -n", async () => {
    const nowhere = ["--kubeconfig", kubeconfigFor(nobodyThere)] as const;
    expect(await cli("why", "-f", "/nowhere/web.yaml", ...nowhere)).toMatchObject({
      code: 2,
      err: "remediator: /nowhere/web.yaml cannot be read (ENOENT)\n",
    });
    // The file was named, and no kubeconfig was.
    expect(await cli("why", "-f", "/nowhere/web.yaml", "--kubeconfig", "/nowhere/config")).toMatchObject({
      code: 2,
      err: "remediator: /nowhere/web.yaml cannot be read (ENOENT)\n",
    });
    expect(await cli("why", "-f", "/", ...nowhere)).toMatchObject({ code: 2, err: "remediator: / cannot be read (EISDIR)\n" });
    expect(await cli("why", "-f", file(deployment({ namespace: "shop" })), "-n", "payments", ...nowhere)).toMatchObject({
      code: 2,
      err: expect.stringContaining(":5:14: metadata.namespace is shop, and -n says payments"),
    });
  });

  it("takes or refuses any text with a sentence", () => {
    const read = (text: string) => {
      try {
        manifestIn(text, "x", { demanded: undefined, otherwise: "default" });
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    };
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), read));
    const kind = fc.constantFrom("Pod", "Deployment", "CronJob", "Namespace", "List");
    const object = fc.record({ kind, metadata: fc.object(), spec: fc.object(), items: fc.anything() }, { requiredKeys: ["kind"] });
    fc.assert(fc.property(fc.array(object), (objects) => read(objects.map((each) => stringify(each)).join("---\n"))));
  });
});
