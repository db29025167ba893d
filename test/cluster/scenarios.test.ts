import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verify } from "../../kernel/story.ts";
import type { Instant, Verdict } from "../../kernel/types/index.ts";
import type { AuditEvent } from "./parts/audit.ts";
import { until } from "./parts/process.ts";
import { BY_POD_LABEL } from "./parts/webhook-configuration.ts";
import { auditAgrees } from "./support/audit-agrees.ts";
import type { Fate, Passing } from "./support/gate.ts";
import { disruptionBudget, healthyFleet, injectionLabel, namespace } from "./support/manifests.ts";
import { sceneOn } from "./support/scene.ts";
import { type Stage, setStage } from "./support/stage.ts";
import { recordsOf, type Story } from "./support/stories.ts";
import { injected, type Pod } from "./support/workloads.ts";

let stage: Stage;
let begun: Instant;
const {
  apply,
  running,
  runningBeforeTheWebhook,
  podsIn,
  uids,
  storyOf,
  fleetStory,
  storiesSince,
  answered,
  tickets,
  ticketOf,
  agreed,
  scenario,
} = sceneOn(() => stage);

const closing = (story: Story) => recordsOf(story, "closed")[0];
const causeOf = (story: Story) => recordsOf(story, "diagnosed")[0]?.diagnosis.cause?.check;
const reasonsOf = (verdict: Verdict | undefined) =>
  verdict?.verdict === "deny" ? verdict.reasons.map(({ guard, says }) => ({ guard, says })) : [];

beforeAll(async () => {
  const began = performance.now();
  stage = await setStage();
  console.log(`the stage was set in ${Math.round(performance.now() - began)} ms`);
  begun = stage.now();
  await apply(namespace("healthy", injectionLabel));
  await running(...healthyFleet);
}, 120_000);

afterAll(async () => {
  await stage?.close();
}, 60_000);

describe("repaired and proved", { timeout: 150_000 }, () => {
  it("restarts a Deployment whose pods are older than the webhook, by itself", () =>
    scenario("older", async (since) => {
      await runningBeforeTheWebhook({ name: "checkout", namespace: "older", labels: injectionLabel });
      const before = await uids("older");
      const story = await storyOf("older");
      expect(verify(story)).toEqual({ whole: true });
      expect(closing(story)).toMatchObject({ result: "proved" });
      expect(causeOf(story)).toBe("svid.older-than-webhook");
      expect(recordsOf(story, "opened")[0]?.incident.alerts[0]).toMatchObject({ from: "alertmanager", cluster: "test" });
      const pods = await podsIn("older");
      expect(pods.every(injected)).toBe(true);
      expect(pods.filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
      const { writes, intents, reads } = await agreed(since);
      expect(intents.map(({ remedy }) => remedy.kind)).toEqual(["rollout-restart"]);
      expect(writes).toMatchObject([
        { user: "rollout-workload", verb: "patch", objectRef: { name: "checkout" }, responseStatus: { code: 200 } },
      ]);
      expect(reads).toBeGreaterThan(5);
    }));

  it("labels an unlabelled template once a person who may do so has said yes", () =>
    scenario("template", async (since) => {
      await running({ name: "checkout", namespace: "template" });
      const asked = await storyOf("template", "asked");
      expect(causeOf(asked)).toBe("svid.pod-label");
      expect((await agreed(since)).writes).toEqual([]);
      const id = asked[0].incidentId;
      expect(await answered(id, "mallory")).toMatchObject({ did: "refused", code: 403 });
      expect(await answered(id, "alice")).toMatchObject({ did: "recorded" });
      const story = await storyOf("template");
      expect(closing(story)).toMatchObject({ result: "proved" });
      expect(recordsOf(story, "answered")).toMatchObject([{ who: "alice", yes: true }]);
      const pods = await podsIn("template");
      expect(pods.every((pod) => injected(pod) && pod.metadata.labels["k8s.spirl.com/spiffe-csi"] === "enabled")).toBe(true);
      const { writes, intents } = await agreed(since);
      expect(intents.map(({ remedy }) => remedy.kind)).toEqual(["label-pod-template"]);
      expect(writes).toMatchObject([{ user: "rollout-workload", objectRef: { resource: "deployments", name: "checkout" } }]);
    }));

  it("labels an unlabelled namespace after an approval, then restarts what is older than the label", async () => {
    await stage.cluster.webhook.restrict({ namespaceSelector: { matchLabels: injectionLabel } });
    try {
      await scenario("space", async (since) => {
        await running({ name: "checkout", namespace: "space" });
        const asked = await storyOf("space", "asked");
        expect(causeOf(asked)).toBe("svid.namespace-label");
        expect(await answered(asked[0].incidentId, "alice")).toMatchObject({ did: "recorded" });
        const story = await storyOf("space");
        expect(closing(story)).toMatchObject({ result: "proved" });
        expect((await podsIn("space")).every(injected)).toBe(true);
        const { writes, intents } = await agreed(since);
        expect(intents.map(({ remedy }) => remedy.kind)).toEqual(["label-namespace", "rollout-restart"]);
        expect(writes.map(({ user }) => user)).toEqual(["label-namespace", "rollout-workload"]);
      });
    } finally {
      await stage.cluster.webhook.restrict(BY_POD_LABEL);
    }
  });
});

const isWrite = ({ method, url = "" }: Passing) => method === "POST" && !url.includes("dryRun");
const statefulSet = (space: string) => ({
  kind: "StatefulSet" as const,
  name: "ledger",
  namespace: space,
  replicas: 2,
  labels: injectionLabel,
});

describe("a write whose answer is lost", { timeout: 150_000 }, () => {
  it("is looked for by reading, and not sent again", () =>
    scenario("lost", async (since) => {
      let lost = 0;
      stage.gate.stand((request) => (isWrite(request) && lost++ === 0 ? "lose" : "pass"));
      await runningBeforeTheWebhook(statefulSet("lost"));
      const story = await storyOf("lost");
      expect(closing(story)).toMatchObject({ result: "proved" });
      expect(recordsOf(story, "outcome")[0]).toMatchObject({ effect: "applied" });
      expect(recordsOf(story, "faulted")).toMatchObject([{ state: "EvictWorkload" }]);
      const { writes } = await agreed(since);
      expect(writes.map(({ objectRef }) => objectRef?.name).sort()).toEqual(["ledger-0", "ledger-1"]);
    }));
});

describe("a pod that was made again meanwhile", { timeout: 150_000 }, () => {
  const evictions = async (since: Instant, name: string) =>
    (await agreed(since)).writes.filter(({ objectRef }) => objectRef?.subresource === "eviction" && objectRef.name === name);

  /** Holds the first request of evict-workload that is meant until its pod is another one; gives the new pod. */
  function recreated(space: string, meant: (request: Passing) => boolean): Promise<Pod> {
    const { promise, resolve, reject } = Promise.withResolvers<Pod>();
    let held = false;
    stage.gate.stand(async (request): Promise<Fate> => {
      if (held || !meant(request)) return "pass";
      held = true;
      await again(space).then(resolve, reject);
      return "pass";
    });
    return promise;
  }
  async function again(space: string): Promise<Pod> {
    const story = await storyOf(space, "decided");
    const target = recordsOf(story, "decided").at(-1)?.remedy.target;
    if (!target) throw new Error("nothing is decided");
    await stage.cluster.kubectl(["delete", "pod", target.name, "-n", space, "--grace-period=0", "--force"]);
    const find = async () => (await podsIn(space)).find(({ metadata }) => metadata.name === target.name && metadata.uid !== target.uid);
    await until(`${target.name} is made again`, 10, async () => (await find()) !== undefined);
    return (await find()) as Pod;
  }

  it("is left alone when it changed between the plan and the last look", () =>
    scenario("between", async (since) => {
      const fresh = recreated("between", ({ method }) => method === "GET");
      await runningBeforeTheWebhook(statefulSet("between"));
      const { metadata } = await fresh;
      const story = await storyOf("between");
      expect(closing(story)).toMatchObject({ result: "proved" });
      const refused = recordsOf(story, "decided").find(({ at }) => at === "write");
      expect(refused?.remedy.target.name).toBe(metadata.name);
      expect(reasonsOf(refused?.verdict)).toContainEqual({
        guard: "explicit-live-targets",
        says: expect.stringContaining(`Pod ${metadata.name} is another one now (uid ${metadata.uid}`),
      });
      expect(await uids("between")).toContain(metadata.uid);
      expect(await evictions(since, metadata.name)).toEqual([]);
    }));

  it("is left alone when it changed between the permit and the write", () =>
    scenario("permit", async (since) => {
      const fresh = recreated("permit", isWrite);
      await runningBeforeTheWebhook(statefulSet("permit"));
      const { metadata } = await fresh;
      const story = await storyOf("permit");
      expect(closing(story)).toMatchObject({ result: "proved" });
      expect(recordsOf(story, "outcome")[0]).toMatchObject({ effect: "not-found" });
      expect(recordsOf(story, "concluded")[0]).toMatchObject({ proof: "void" });
      expect(await uids("permit")).toContain(metadata.uid);
      expect(await evictions(since, metadata.name)).toMatchObject([{ responseStatus: { code: 409 } }]);
    }));
});

describe("handed over, and nothing written", { timeout: 150_000 }, () => {
  it("what a PodDisruptionBudget holds", () =>
    scenario("budget", async (since) => {
      await apply(disruptionBudget("ledger", "budget", 2));
      await runningBeforeTheWebhook(statefulSet("budget"));
      const before = await uids("budget");
      const story = await storyOf("budget");
      expect(closing(story)).toMatchObject({ result: "escalated" });
      expect(ticketOf(story)).toMatch(/PodDisruptionBudget ledger allows no disruption now/);
      expect(await uids("budget")).toEqual(before);
      expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
    }));

  it("what runs on Fargate, and stays without a label", () =>
    scenario("serverless", async (since) => {
      const labels = { "eks.amazonaws.com/fargate-profile": "default" };
      await running({ name: "checkout", namespace: "serverless", labels });
      const story = await storyOf("serverless");
      expect(closing(story)).toMatchObject({ result: "escalated" });
      expect(causeOf(story)).toBe("svid.fargate");
      expect(ticketOf(story)).toMatch(/Fargate profile default/);
      for (const { metadata } of await podsIn("serverless")) expect(metadata.labels).not.toHaveProperty("k8s.spirl.com/spiffe-csi");
      expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
    }));

  it("most of the fleet: folded into one incident with one ticket", () =>
    scenario("fleet", async (since) => {
      const before = tickets();
      const owners = ["x", "y", "z"].map((name) => ({ name, namespace: "fleet", replicas: 4, labels: injectionLabel }));
      await runningBeforeTheWebhook(...owners);
      const parent = await fleetStory(since);
      expect(closing(parent)).toMatchObject({ result: "escalated" });
      const children = (await storiesSince(since)).flatMap((story) => {
        const { scope } = recordsOf(story, "opened")[0]?.incident ?? {};
        return scope?.of === "owner" ? [{ of: scope.name, into: recordsOf(story, "folded")[0]?.into, result: closing(story)?.result }] : [];
      });
      // Told again once it is folded, an owner has another child, which folds as well.
      expect([...new Set(children.map(({ of }) => of))].sort()).toEqual(owners.map(({ name }) => name));
      for (const { into, result } of children) expect([into, result]).toEqual([parent[0].incidentId, "folded"]);
      expect(tickets().filter((name) => !before.includes(name))).toHaveLength(1);
      expect(ticketOf(parent)).toMatch(/12 of 32 pods that should have the socket have no way to it, in 3 workloads/);
      expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
    }));

  it("what a webhook that is down has left out, and the ticket says that it is down", async () => {
    await stage.cluster.webhook.stop();
    try {
      await scenario("down", async (since) => {
        await running({ name: "checkout", namespace: "down", labels: injectionLabel });
        const story = await storyOf("down");
        expect(closing(story)).toMatchObject({ result: "escalated" });
        expect(causeOf(story)).toBe("svid.webhook-present");
        expect(ticketOf(story)).toMatch(
          /inject\.spirl\.com does not serve: service spirl-system\/spirl-controller-webhook has no ready endpoint/,
        );
        // Ours about the webhook itself, for which there is no workload to look at: it counts what the API server let through without asking.
        const failOpen = await fleetStory(since);
        expect(failOpen[0]).toMatchObject({ incident: { alerts: [{ labels: { alertname: "SpirlWebhookFailOpen" } }] } });
        expect(closing(failOpen)).toMatchObject({ result: "escalated" });
        expect(await agreed(since)).toMatchObject({ writes: [], intents: [] });
      });
    } finally {
      await stage.cluster.webhook.start();
    }
  });
});

describe("the comparison itself", { timeout: 60_000 }, () => {
  const compare = (events: readonly AuditEvent[], since: Instant) =>
    auditAgrees({
      cluster: { audit: async () => events },
      ledger: stage.session.pipeline.ledger,
      stories: stage.stories,
      policy: stage.policy,
      since,
    });
  const isOurs = ({ user, verb, dryRun }: AuditEvent) => user === "rollout-workload" && verb === "patch" && !dryRun;

  it("holds for all scenarios together, and notices each way in which it could not", async () => {
    const events = await stage.cluster.audit();
    expect((await compare(events, begun)).writes.length).toBeGreaterThanOrEqual(8);
    const [first] = events.filter(isOurs);
    const without = events.filter((event) => event !== first);
    await expect(compare(without, begun)).rejects.toThrow(/0 accepted writes for one that was applied: rollout-restart of older\/checkout/);
    await expect(compare([...events, first as AuditEvent], begun)).rejects.toThrow(/2 accepted writes for one that was applied/);
    const by = (user: string, group: string) => events.map((event) => (event === first ? { ...event, user, groups: [group] } : event));
    await expect(compare(by("reader", "remediator:reader"), begun)).rejects.toThrow(/a reader did more than read: reader patch/);
    const byStranger = by("admin", "system:masters");
    await expect(compare(byStranger, begun)).rejects.toThrow(/as somebody else: admin patch/);
    const late = events.map((event) => (event === first ? { ...event, stageTimestamp: stage.now() } : event));
    await expect(compare(late, begun)).rejects.toThrow(/0 intents for one write in its time/);
  });

  it("notices a write that is on no record", async () => {
    const since = stage.now();
    const patch = JSON.stringify({ spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": since } } } } });
    const asUser = `--kubeconfig=${stage.cluster.kubeconfig("rollout-workload")}`;
    await stage.cluster.kubectl([asUser, "patch", "deployment", "a", "-n", "healthy", "--type=merge", "-p", patch]);
    await expect(agreed(since)).rejects.toThrow(/a write without an intent: rollout-workload patch .*deployments\/a/);
  });
});
