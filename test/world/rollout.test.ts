import { expect, it } from "vitest";
import { isReady } from "../../local/world/controllers/common.ts";
import { isInjected } from "../../local/world/controllers/spirl.ts";
import { podsOf } from "../../local/world/owners.ts";
import { type Practice, practice } from "./practice.ts";

const by = { manager: "tester" };
const restart = ({ world }: Practice, kind: "Deployment" | "StatefulSet" | "DaemonSet", name: string, namespace = "payments") =>
  world.store.update(
    world.store.need(kind, name, namespace),
    ({ spec }) => Object.assign(spec.template.metadata, { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } }),
    by,
  );
const checkout = ({ world }: Practice) => world.store.need("Deployment", "checkout", "payments");
const progress = (here: Practice) => checkout(here).status.conditions?.find(({ type }) => type === "Progressing");

it("a Deployment surges by one, never has fewer available than wanted, and ends with new pods only", async () => {
  const here = await practice("older-than-webhook");
  const old = new Set(podsOf(here.world.store, here.world.alert).map(({ metadata }) => metadata.uid));
  restart(here, "Deployment", "checkout");
  expect(checkout(here).status.observedGeneration).toBe(1);
  here.advance(50);
  expect(checkout(here).status).toMatchObject({
    observedGeneration: 2,
    replicas: 4,
    updatedReplicas: 1,
    availableReplicas: 3,
    unavailableReplicas: 1,
  });
  expect(progress(here)).toMatchObject({ status: "True", reason: "ReplicaSetUpdated" });
  let waited = 0;
  while (
    checkout(here).status.updatedReplicas !== 3 ||
    checkout(here).status.replicas !== 3 ||
    (checkout(here).status.availableReplicas ?? 0) < 3
  ) {
    here.advance(50);
    waited += 50;
    const pods = podsOf(here.world.store, here.world.alert);
    expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(3);
    expect(pods.length).toBeLessThanOrEqual(4);
    expect(waited).toBeLessThan(5_000);
  }
  const pods = podsOf(here.world.store, here.world.alert);
  expect(pods.every((pod) => isInjected(pod) && isReady(pod) && !old.has(pod.metadata.uid))).toBe(true);
  const message = expect.stringMatching(/^ReplicaSet "checkout-.+" has successfully progressed\.$/);
  expect(progress(here)).toMatchObject({ status: "True", reason: "NewReplicaSetAvailable", message });
  expect(checkout(here).metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "2" });
});

it("a Deployment whose new pods do not get Ready keeps the old ones, and says so after its deadline", async () => {
  const here = await practice("older-than-webhook");
  here.world.faults.neverReady.add("payments");
  restart(here, "Deployment", "checkout");
  here.advance(5_000);
  expect(podsOf(here.world.store, here.world.alert).filter(isReady)).toHaveLength(3);
  expect(checkout(here).status).toMatchObject({ updatedReplicas: 1, unavailableReplicas: 1 });
  here.world.store.update(checkout(here), ({ spec }) => Object.assign(spec, { progressDeadlineSeconds: 3 }), by);
  here.advance(5_000);
  expect(progress(here)).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
});

it("a paused Deployment stays as it is", async () => {
  const here = await practice("older-than-webhook");
  here.world.store.update(checkout(here), ({ spec }) => Object.assign(spec, { paused: true }), by);
  restart(here, "Deployment", "checkout");
  here.advance(2_000);
  expect(podsOf(here.world.store, here.world.alert).some(isInjected)).toBe(false);
  expect(checkout(here).status).toMatchObject({ observedGeneration: 3, replicas: 3 });
});

it("a template that comes back finds its ReplicaSet again", async () => {
  const here = await practice("healthy");
  const [before] = podsOf(here.world.store, here.world.alert);
  restart(here, "Deployment", "checkout");
  here.advance(3_000);
  here.world.store.update(checkout(here), ({ spec }) => delete spec.template.metadata.annotations, by);
  here.advance(3_000);
  const [after] = podsOf(here.world.store, here.world.alert);
  expect(after?.metadata.ownerReferences?.[0]?.name).toBe(before?.metadata.ownerReferences?.[0]?.name);
  expect(here.world.store.list("ReplicaSet", "payments").filter(({ metadata }) => metadata.name.startsWith("checkout-"))).toHaveLength(2);
});

it("a StatefulSet goes from the last to the first, one at a time", async () => {
  const here = await practice("pdb-blocks");
  restart(here, "StatefulSet", "settlement");
  const replaced: string[] = [];
  const seen = new Set(podsOf(here.world.store, here.world.alert).map(({ metadata }) => metadata.uid));
  for (let waited = 0; waited < 4_000; waited += 50) {
    here.advance(50);
    const pods = podsOf(here.world.store, here.world.alert);
    expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(2);
    for (const { metadata } of pods.filter(({ metadata: { uid } }) => !seen.has(uid))) {
      seen.add(metadata.uid);
      replaced.push(metadata.name);
    }
  }
  expect(replaced).toEqual(["settlement-2", "settlement-1", "settlement-0"]);
  const { status } = here.world.store.need("StatefulSet", "settlement", "payments");
  expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, currentRevision: status.updateRevision });
});

it("a DaemonSet's pod comes back on its own node, and an update takes one at a time", async () => {
  const here = await practice("healthy");
  const set = () => here.world.store.need("DaemonSet", "log-shipper", "search");
  const alert = { namespace: "search", workload_kind: "DaemonSet", workload: "log-shipper" };
  const nodes = () =>
    podsOf(here.world.store, alert)
      .map(({ spec }) => spec.nodeName)
      .sort();
  const before = nodes();
  restart(here, "DaemonSet", "log-shipper", "search");
  let least = 3;
  for (let waited = 0; waited < 4_000; waited += 50) {
    here.advance(50);
    least = Math.min(least, podsOf(here.world.store, alert).filter(isReady).length);
  }
  expect(least).toBe(2);
  expect(nodes()).toEqual(before);
  expect(set().status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3, observedGeneration: 2 });
});
