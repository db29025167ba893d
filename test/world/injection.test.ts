import { describe, expect, it } from "vitest";
import { isInjected } from "../../local/world/controllers/spirl.ts";
import { barePod, type Workload } from "../../local/world/incidents/manifests.ts";
import type { Pod, Webhook } from "../../local/world/kubernetes/objects.ts";
import { type Practice, practice, start } from "./practice.ts";

const by = { manager: "tester" };
const configure = ({ world }: Practice, change: Partial<Webhook>) =>
  world.store.update(
    world.store.need("MutatingWebhookConfiguration", "spirl-controller-webhook"),
    ({ webhooks }) => Object.assign(webhooks[0] ?? {}, change),
    by,
  );

/** What becomes of a new pod, by way of the API. */
async function born(here: Practice, workload: Partial<Workload> = {}, spec = {}): Promise<Pod> {
  const manifest = barePod({ namespace: "payments", name: "probe", ...workload });
  await here.ask("admin", "POST", `/api/v1/namespaces/${manifest.metadata.namespace}/pods`, {
    ...manifest,
    spec: { ...manifest.spec, ...spec },
  });
  return here.world.store.need("Pod", "probe", manifest.metadata.namespace);
}

describe("the webhook", () => {
  it("adds a read-only volume, and mount and address in every container", async () => {
    const extra = {
      containers: [
        { name: "a", image: "i" },
        { name: "b", image: "i", env: [{ name: "X", value: "1" }] },
      ],
    };
    const { spec } = await born(await practice(), {}, extra);
    expect(spec.volumes).toContainEqual({ name: "spirl-agent-socket", csi: { driver: "csi.spiffe.io", readOnly: true } });
    expect(spec.containers.map(({ name }) => name)).toEqual(["a", "b"]);
    for (const { volumeMounts, env } of spec.containers) {
      expect(volumeMounts).toContainEqual({ name: "spirl-agent-socket", mountPath: "/spirl-agent-socket", readOnly: true });
      expect(env).toContainEqual({ name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///spirl-agent-socket/agent.sock" });
    }
  });

  it("leaves pods that its objectSelector does not select", async () => {
    expect(isInjected(await born(await practice(), { labelled: false }))).toBe(false);
  });

  it("leaves a pod that brings its own volume", async () => {
    const own = { name: "own", csi: { driver: "csi.spiffe.io", readOnly: true } };
    const { spec } = await born(await practice(), {}, { volumes: [own] });
    expect(spec.volumes?.filter(({ csi }) => csi)).toEqual([own]);
  });

  it.each<[string, Partial<Webhook>, boolean]>([
    [
      "NotIn also selects pods without the key",
      { objectSelector: { matchExpressions: [{ key: "skip", operator: "NotIn", values: ["yes"] }] } },
      true,
    ],
    ["an empty selector selects everything", { objectSelector: {} }, true],
    ["both selectors must agree", { objectSelector: {}, namespaceSelector: { matchLabels: { team: "x" } } }, false],
    [
      "a namespace can be named",
      { objectSelector: {}, namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "payments" } } },
      true,
    ],
    [
      "only what its rules name",
      { objectSelector: {}, rules: [{ operations: ["UPDATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }] },
      false,
    ],
    [
      "all operations",
      { objectSelector: {}, rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }] },
      true,
    ],
    ["every condition must be true", { objectSelector: {}, matchConditions: [{ name: "a", expression: "false" }] }, false],
  ])("%s", async (_, change, injected) => {
    const here = await practice();
    configure(here, change);
    expect(isInjected(await born(here, { labelled: false }))).toBe(injected);
  });

  it("is passed over, and counted, where it cannot be called and may be ignored", async () => {
    const here = await practice("webhook-down");
    expect(isInjected(await born(here))).toBe(false);
    here.advance(50);
    const count = here.world.metrics.find("apiserver_admission_webhook_fail_open_count", { name: "inject.spirl.com" });
    expect(count?.valueAt(start + 1_000)).toBe(4);
  });

  it("stops new pods where it cannot be called and must not be ignored; the owner gets the event", async () => {
    const here = await practice("webhook-down");
    configure(here, { failurePolicy: "Fail" });
    const { status, body } = await here.ask(
      "admin",
      "POST",
      "/api/v1/namespaces/payments/pods",
      barePod({ namespace: "payments", name: "probe" }),
    );
    expect(status).toBe(500);
    expect(body.message).toContain('failed calling webhook "inject.spirl.com"');
    expect(body.message).toContain('no endpoints available for service "spirl-controller-webhook"');
    for (const pod of here.world.store.list("Pod", "payments")) here.world.store.remove(pod);
    here.advance(100);
    expect(here.world.store.list("Event", "payments")).toContainEqual(expect.objectContaining({ reason: "FailedCreate", type: "Warning" }));
  });
});

describe("an injected pod", () => {
  it("waits for the driver of its node, with an event, and starts when it is there", async () => {
    const here = await practice();
    const ofDriver = ({ metadata }: Pod) => metadata.ownerReferences?.some(({ name }) => name === "spiffe-csi-driver");
    const set = here.world.store.need("DaemonSet", "spiffe-csi-driver", "spirl-system");
    here.world.store.update(set, ({ spec }) => Object.assign(spec.template.spec, { nodeSelector: { nowhere: "true" } }), by);
    here.advance(1_000);
    expect(here.world.store.list("Pod", "spirl-system").some(ofDriver)).toBe(false);
    await born(here);
    here.advance(1_000);
    expect(here.world.store.need("Pod", "probe", "payments").status).toMatchObject({
      phase: "Pending",
      containerStatuses: [{ state: { waiting: { reason: "ContainerCreating" } } }],
    });
    const message = expect.stringContaining("driver name csi.spiffe.io not found in the list of registered CSI drivers");
    expect(here.world.store.list("Event", "payments")).toContainEqual(expect.objectContaining({ reason: "FailedMount", message }));
    here.world.store.update(
      here.world.store.need("DaemonSet", "spiffe-csi-driver", "spirl-system"),
      ({ spec }) => delete spec.template.spec.nodeSelector,
      by,
    );
    here.advance(3_000);
    expect(here.world.store.need("Pod", "probe", "payments").status.phase).toBe("Running");
  });

  it("never starts when its volume is not read-only", async () => {
    const here = await practice();
    await born(here, {}, { volumes: [{ name: "own", csi: { driver: "csi.spiffe.io" } }] });
    here.advance(2_000);
    expect(here.world.store.need("Pod", "probe", "payments").status.phase).toBe("Pending");
    expect(here.world.store.list("Event", "payments").map(({ message }) => message)).toContainEqual(
      expect.stringContaining("readOnly must be set to 'true'"),
    );
  });

  it("finds no node on Fargate", async () => {
    const here = await practice("fargate");
    await born(here, { labels: { tier: "batch" } });
    here.advance(2_000);
    const pod = here.world.store.need("Pod", "probe", "payments");
    expect(pod.spec).toMatchObject({ schedulerName: "fargate-scheduler" });
    expect(pod.spec.nodeName).toBeUndefined();
    const message = expect.stringContaining("Pod not supported on Fargate: volumes not supported");
    expect(here.world.store.list("Event", "payments")).toContainEqual(expect.objectContaining({ reason: "FailedScheduling", message }));
  });
});
