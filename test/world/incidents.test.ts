import { describe, expect, it } from "vitest";
import { isReady } from "../../local/world/controllers/common.ts";
import { isInjected, spirlNamespace } from "../../local/world/controllers/spirl.ts";
import { type IncidentName, incidents } from "../../local/world/incidents/incidents.ts";
import { selects } from "../../local/world/kubernetes/label-selector.ts";
import type { Pod } from "../../local/world/kubernetes/objects.ts";
import { podsOf } from "../../local/world/owners.ts";
import { type Practice, sharedPractice } from "./practice.ts";

const shared = sharedPractice();
const names = Object.keys(incidents) as IncidentName[];
const faultyOwner = ({ world }: Practice): readonly Pod[] => podsOf(world.store, world.alert);
const workloads = ({ world }: Practice): readonly Pod[] =>
  world.store.list("Pod").filter(({ metadata }) => metadata.namespace !== spirlNamespace);
const webhookOf = ({ world }: Practice) => {
  const configuration = world.store.need("MutatingWebhookConfiguration", "spirl-controller-webhook");
  const [webhook] = configuration.webhooks;
  if (!webhook) return expect.unreachable("a webhook is there");
  return { webhook, since: configuration.metadata.creationTimestamp };
};
const olderThanWebhook = (here: Practice) => faultyOwner(here).every((pod) => pod.metadata.creationTimestamp < webhookOf(here).since);
const labelled = (here: Practice) => faultyOwner(here).every((pod) => selects(webhookOf(here).webhook.objectSelector, pod.metadata.labels));
const injected = (here: Practice) => faultyOwner(here).map(isInjected);
const readyEndpoints = ({ world }: Practice) =>
  world.store.list("EndpointSlice", spirlNamespace).flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions.ready));

describe.each(names)("incident %s", (name) => {
  it("is alerted about by its owner, and is at rest", async () => {
    const here = await shared(name);
    const { alert, store } = here.world;
    expect(alert).toMatchObject({
      alertname: "SpirlWorkloadNotInjected",
      cluster: "practice",
      scenario: "workloads-not-receiving-svids",
      scope: "owner",
      namespace: "payments",
      severity: expect.any(String),
    });
    expect(faultyOwner(here).length).toBeGreaterThan(0);
    const before = store.list("Pod").map(({ metadata }) => metadata.uid);
    here.advance(500);
    expect(store.list("Pod").map(({ metadata }) => metadata.uid)).toEqual(before);
    for (const agent of store.list("DaemonSet", spirlNamespace)) expect(agent.status.numberReady).toBe(agent.status.desiredNumberScheduled);
  });
});

it.each(names.filter((name) => name !== "fleet-wide"))("%s: less than a fifth of the owners are touched", async (name) => {
  const here = await shared(name);
  const bad = workloads(here).filter((pod) => !isInjected(pod) || !isReady(pod));
  const owner = (pod: Pod) => pod.metadata.labels?.app;
  const all = new Set(workloads(here).map(owner));
  expect(all.size).toBe(13);
  expect(new Set(bad.map(owner)).size / all.size).toBeLessThan(0.2);
  expect(bad.length / workloads(here).length).toBeLessThan(0.2);
});

it("healthy: everything is injected and Ready", async () => {
  const here = await shared("healthy");
  expect(workloads(here).every((pod) => isInjected(pod) && isReady(pod))).toBe(true);
  expect(here.world.store.list("CSINode").every(({ spec }) => spec.drivers.some(({ name }) => name === "csi.spiffe.io"))).toBe(true);
});

it("older-than-webhook: labelled, and created before the webhook", async () => {
  const here = await shared("older-than-webhook");
  expect([olderThanWebhook(here), labelled(here), injected(here)]).toEqual([true, true, [false, false, false]]);
});

it("template-unlabelled: younger than the webhook, which does not select it", async () => {
  const here = await shared("template-unlabelled");
  expect([olderThanWebhook(here), labelled(here), injected(here)]).toEqual([false, false, [false, false, false]]);
});

it("namespace-unlabelled: the webhook looks at namespaces, and only payments lacks the label", async () => {
  const here = await shared("namespace-unlabelled");
  const { webhook } = webhookOf(here);
  expect(webhook.objectSelector).toEqual({});
  const selected = here.world.store.list("Namespace").filter(({ metadata }) => selects(webhook.namespaceSelector, metadata.labels));
  expect(selected.map(({ metadata }) => metadata.name)).toEqual(["billing", "search", "shop"]);
  expect(injected(here)).toEqual([false, false, false]);
  const gateway = podsOf(here.world.store, { ...here.world.alert, workload: "gateway" });
  expect(gateway.every(isInjected)).toBe(true);
});

it("fargate: Running on nodes of their own, without the volume, though the template knows nothing of Fargate", async () => {
  const here = await shared("fargate");
  for (const { spec, metadata, status } of faultyOwner(here)) {
    expect(spec.nodeName).toMatch(/^fargate-ip-10-0-\d+-\d+\./);
    expect(spec.schedulerName).toBe("fargate-scheduler");
    expect(metadata.labels).toHaveProperty(["eks.amazonaws.com/fargate-profile"], "payments-batch");
    expect(status.phase).toBe("Running");
  }
  expect(injected(here)).toEqual([false, false, false]);
  const { template } = here.world.store.need("Deployment", "checkout", "payments").spec;
  expect(JSON.stringify(template)).not.toContain("fargate");
  expect(here.world.store.list("Pod", spirlNamespace).some(({ spec }) => spec.nodeName?.startsWith("fargate"))).toBe(false);
});

it("csi-missing-on-node: injected, one pod hangs on the one node without the driver and without its pod", async () => {
  const here = await shared("csi-missing-on-node");
  const [hanging] = faultyOwner(here).filter((pod) => !isReady(pod));
  expect(hanging?.metadata.name).toBe(here.world.alert.pod);
  expect(injected(here)).toEqual([true, true, true]);
  const node = hanging?.spec.nodeName ?? "";
  expect(here.world.store.need("CSINode", node).spec.drivers.map(({ name }) => name)).toEqual(["ebs.csi.aws.com"]);
  const there = here.world.store.list("Pod", spirlNamespace).filter(({ spec }) => spec.nodeName === node);
  expect(there.map(({ metadata }) => metadata.ownerReferences?.[0]?.name)).toContain("spirl-agent");
  expect(there.map(({ metadata }) => metadata.ownerReferences?.[0]?.name)).not.toContain("spiffe-csi-driver");
});

it("fleet-wide: no workload is injected", async () => {
  const here = await shared("fleet-wide");
  expect(workloads(here).some(isInjected)).toBe(false);
  expect(workloads(here).length).toBeGreaterThan(30);
});

it("bare-pod: nobody owns it, and it is older than the webhook", async () => {
  const here = await shared("bare-pod");
  const [pod] = faultyOwner(here);
  expect(pod?.metadata.ownerReferences).toBeUndefined();
  expect([olderThanWebhook(here), injected(here)]).toEqual([true, [false]]);
});

it("pdb-blocks: older than the webhook, and no disruption is allowed", async () => {
  const here = await shared("pdb-blocks");
  expect([olderThanWebhook(here), labelled(here)]).toEqual([true, true]);
  const [budget] = here.world.store.list("PodDisruptionBudget", "payments");
  expect(budget?.status).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3 });
});

it("webhook-down: no endpoint is ready, and the pods are younger than the webhook, labelled and not injected", async () => {
  const here = await shared("webhook-down");
  expect(readyEndpoints(here)).toEqual([]);
  expect(readyEndpoints(await shared("healthy"))).toHaveLength(2);
  expect([olderThanWebhook(here), labelled(here), injected(here)]).toEqual([false, true, [false, false, false]]);
});
