import { describe, expect, test } from "vitest";
import { NoAnswer } from "../../../adapters/kubernetes/connection.ts";
import { writers } from "../../../adapters/kubernetes/writers/index.ts";
import type { Permit, Writer } from "../../../kernel/ports.ts";
import type { Instant, Kind, Remedy, Sha256, Target, Uid } from "../../../kernel/types/index.ts";
import { cluster } from "./cluster.ts";
import { html, inTurn, json, type Play, reset, resetHalfway, type Seen, silent, status, token } from "./server.ts";

const before = "2026-01-01T00:00:30.250Z" as Instant;
const early = "2026-01-01T00:00:29.000Z" as Instant;
const restartedAt = "kubectl.kubernetes.io/restartedAt";
const at = <K extends string>(kind: K, name: string): Target<K> => ({
  cluster: "c",
  kind,
  namespace: kind === "Namespace" ? "" : "shop",
  name,
  uid: "u1" as Uid,
  resourceVersion: "42",
  generation: 3,
});
const set = { key: "k8s.spirl.com/spiffe-csi", from: null, to: "enabled" };
const remedies: { [K in Kind]: Remedy<K> } = {
  "evict-pod": { kind: "evict-pod", why: "", target: at("Pod", "web-1"), owner: { kind: "StatefulSet", name: "web", uid: "u0" as Uid } },
  "rollout-restart": { kind: "rollout-restart", why: "", target: at("Deployment", "web") },
  "label-pod-template": { kind: "label-pod-template", why: "", target: at("StatefulSet", "web"), set },
  "label-namespace": { kind: "label-namespace", why: "", target: at("Namespace", "shop"), set },
};
const precondition = { uid: "u1", resourceVersion: "42" };

type Labels = Readonly<Record<string, string>>;
const object = (metadata: object = {}, template: { labels?: Labels; annotations?: Labels } = {}) => ({
  kind: "Object",
  metadata: { uid: "u1", resourceVersion: "42", generation: 3, ...metadata },
  spec: { template: { metadata: template } },
});
const live = (metadata: object = {}, template: { labels?: Labels; annotations?: Labels } = {}): Play =>
  json(200, object(metadata, template));
const evicted = json(201, { kind: "Status", status: "Success" });
const labelled = (labels: Labels) => json(200, object({ labels }, { labels }));

/** Answers GETs by one play and writes by another. */
const server =
  (reads: Play, writes: Play): Play =>
  (seen, response) =>
    (seen.method === "GET" ? reads : writes)(seen, response);
const isWrite = ({ method }: Seen) => method !== "GET";

async function hands<K extends Kind>(kind: K, play: Play, now = early, timeoutSeconds = 5) {
  const { connection, seen } = await cluster(play, timeoutSeconds);
  const writer: Writer<K> = writers[kind]({ connection, clock: () => now });
  const remedy: Remedy<K> = remedies[kind];
  const permit = { remedy, intent: "i" as Sha256, writeBefore: before, incident: "c-1" } as unknown as Permit<K>;
  return { writer, remedy, permit, seen, writes: () => seen.filter(isWrite) };
}

/** For each kind: what the API server says when the write is done, and the write. */
const crafts: readonly [Kind, Play, Pick<Seen, "method" | "url"> & { type: string; body: unknown }][] = [
  [
    "evict-pod",
    server(live(), evicted),
    {
      method: "POST",
      url: "/api/v1/namespaces/shop/pods/web-1/eviction",
      type: "application/json",
      body: {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { namespace: "shop", name: "web-1" },
        deleteOptions: { preconditions: precondition },
      },
    },
  ],
  [
    "rollout-restart",
    server(live(), live({}, { annotations: { [restartedAt]: before } })),
    {
      method: "PATCH",
      url: "/apis/apps/v1/namespaces/shop/deployments/web",
      type: "application/merge-patch+json",
      body: { metadata: precondition, spec: { template: { metadata: { annotations: { [restartedAt]: before } } } } },
    },
  ],
  [
    "label-pod-template",
    server(live(), labelled({ [set.key]: set.to })),
    {
      method: "PATCH",
      url: "/apis/apps/v1/namespaces/shop/statefulsets/web",
      type: "application/merge-patch+json",
      body: { metadata: precondition, spec: { template: { metadata: { labels: { [set.key]: "enabled" } } } } },
    },
  ],
  [
    "label-namespace",
    server(live(), labelled({ [set.key]: set.to })),
    {
      method: "PATCH",
      url: "/api/v1/namespaces/shop",
      type: "application/merge-patch+json",
      body: { metadata: { ...precondition, labels: { [set.key]: "enabled" } } },
    },
  ],
];

describe.each(crafts)("%s", (kind, play, expected) => {
  test("writes once, exactly this, on condition that the target is as it was read", async () => {
    const { writer, permit, writes } = await hands(kind, play);
    expect(await writer.write(permit)).toMatchObject({ effect: "applied" });
    expect(writes()).toHaveLength(1);
    const [{ method, url, headers, body }] = writes() as [Seen];
    expect({ method, url, type: headers["content-type"], body: JSON.parse(body) }).toEqual({
      ...expected,
      url: `${expected.url}?fieldManager=remediator`,
    });
  });

  test("rehearses the same as a dry run", async () => {
    const mark = kind === "rollout-restart" ? server(live(), live({}, { annotations: { [restartedAt]: early } })) : play;
    const { writer, remedy, writes } = await hands(kind, mark);
    expect(await writer.rehearse(remedy)).toMatchObject({ effect: "applied" });
    expect(writes().map(({ url }) => url)).toEqual([`${expected.url}?fieldManager=remediator&dryRun=All`]);
  });

  test("sends nothing once the permit has ended", async () => {
    const { writer, permit, seen } = await hands(kind, play, before);
    expect(await writer.write(permit)).toEqual({ effect: "refused", says: `nothing was sent: the permit ended at ${before}` });
    expect(seen).toEqual([]);
  });

  test.each<[string, Play]>([
    ["a reset", reset],
    ["a reset in the middle of the answer", resetHalfway],
    ["HTML 502", html(502)],
    ["503", status(503, "ServiceUnavailable", "try later")],
    ["504", status(504, "Timeout", "request did not complete")],
    ["500 of the store", status(500, "InternalError", "etcdserver: request timed out")],
    ["success from a stranger", html(200)],
  ])("takes %s for no answer, and does not try again", async (_what, answer) => {
    const { writer, permit, writes } = await hands(kind, server(live(), answer));
    const error: unknown = await writer.write(permit).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoAnswer);
    expect(String(error)).not.toContain(token);
    expect(writes()).toHaveLength(1);
  });

  test("takes silence for no answer", async () => {
    const { writer, permit, writes } = await hands(kind, server(live(), silent), early, 0.15);
    await expect(writer.write(permit)).rejects.toThrow(NoAnswer);
    expect(writes()).toHaveLength(1);
  });

  test.each(["../../secrets/web", "web?x=", "web/scale", "web#", "Web", ".", "..", ""])(
    "asks and sends nothing for a target called %j",
    async (name) => {
      const { connection, seen } = await cluster(play);
      const writer = writers[kind]({ connection, clock: () => early }) as Writer;
      const { target } = remedies[kind];
      const strangers = [{ ...target, name }, ...(target.kind === "Namespace" ? [] : [{ ...target, namespace: name }])];
      for (const remedy of strangers.map((one) => ({ ...remedies[kind], target: one }) as Remedy)) {
        const permit = { remedy, writeBefore: before } as unknown as Permit;
        for (const attempt of [() => writer.rehearse(remedy), () => writer.write(permit), () => writer.reconcile(permit)])
          await expect(attempt()).rejects.toThrow("is not the name of a");
      }
      expect(seen).toEqual([]);
    },
  );

  const missing = status(404, "NotFound", "not found", { name: remedies[kind].target.name });
  test.each<[string, Play, string]>([
    ["is gone", server(live(), missing), "not-found"],
    ["was replaced by another of its name", server(live({ uid: "u2" }), status(409, "Conflict", "UID in precondition")), "not-found"],
    [
      "changed since it was read",
      server(live({ resourceVersion: "43" }), status(409, "Conflict", "the object has been modified")),
      "refused",
    ],
    ["is served by another API", server(live(), json(404, "404 page not found")), "refused"],
  ])("writes nothing where the target %s", async (_what, answers, effect) => {
    const { writer, permit } = await hands(kind, answers);
    expect(await writer.write(permit)).toMatchObject({ effect });
  });

  test.each([401, 403, 422, 429, 413])("is refused by a %i, in the server's words", async (code) => {
    const { writer, permit } = await hands(
      kind,
      server(live(), status(code, "Some", "admission webhook denied: no", { causes: [{ message: "the cause" }] })),
    );
    expect(await writer.write(permit)).toMatchObject({
      effect: "refused",
      says: expect.stringContaining(`(${code}): admission webhook denied: no: the cause`),
    });
  });

  test.each<[string, Play]>([
    ["403", status(403, "Forbidden", "no")],
    ["a reset", reset],
    ["HTML", html(200)],
    ["a 404 that says nothing of the target", html(404)],
  ])("says afterwards that it could not be read, and nothing about the write, when reading gives %s", async (_what, reads) => {
    const { writer, permit, writes } = await hands(kind, server(reads, silent));
    const error: unknown = await writer.reconcile(permit).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoAnswer);
    expect(String(error)).not.toContain(token);
    expect(writes()).toEqual([]);
  });

  test("finds afterwards that nothing was done", async () => {
    const { writer, permit } = await hands(kind, live());
    expect(await writer.reconcile(permit)).toMatchObject({ effect: "not-applied" });
  });
});

describe("evict-pod", () => {
  test("says what the disruption budget says", async () => {
    const causes = [{ reason: "DisruptionBudget", message: "The disruption budget web needs 2 healthy pods and has 2 currently" }];
    const blocked = status(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", { causes });
    const { writer, remedy } = await hands("evict-pod", blocked);
    expect(await writer.rehearse(remedy)).toMatchObject({
      effect: "refused",
      says: expect.stringMatching(/disruption budget: The disruption budget web needs 2/),
    });
  });

  test("is refused where several budgets hold the pod", async () => {
    const several = status(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
    const { writer, permit } = await hands("evict-pod", several);
    expect(await writer.write(permit)).toMatchObject({ effect: "refused" });
  });

  test.each<[string, Play]>([
    ["gone", status(404, "NotFound", "not found", { name: "web-1" })],
    ["another one by now", live({ uid: "u2" })],
    ["on its way out", live({ resourceVersion: "50", deletionTimestamp: "2026-01-01T00:00:31Z" })],
  ])("was done where the pod is %s", async (_what, reads) => {
    const { writer, permit } = await hands("evict-pod", reads);
    expect(await writer.reconcile(permit)).toMatchObject({ effect: "applied" });
  });

  test("was not done where the pod only changed", async () => {
    const { writer, permit } = await hands("evict-pod", live({ resourceVersion: "50" }));
    expect(await writer.reconcile(permit)).toMatchObject({ effect: "not-applied" });
  });
});

describe("rollout-restart", () => {
  test("knows its own mark again", async () => {
    const { writer, permit } = await hands(
      "rollout-restart",
      live({ resourceVersion: "44", generation: 4 }, { annotations: { [restartedAt]: before } }),
    );
    expect(await writer.reconcile(permit)).toMatchObject({ effect: "applied" });
  });

  test("was not done where only the status moved", async () => {
    const { writer, permit } = await hands("rollout-restart", live({ resourceVersion: "44" }, { annotations: { [restartedAt]: early } }));
    expect(await writer.reconcile(permit)).toMatchObject({ effect: "not-applied" });
  });

  test("cannot tell where the spec moved and the mark is another", async () => {
    const { writer, permit } = await hands(
      "rollout-restart",
      live({ resourceVersion: "44", generation: 4 }, { annotations: { [restartedAt]: early } }),
    );
    expect(await writer.reconcile(permit)).toBe("unknown");
  });
});

describe.each(["label-pod-template", "label-namespace"] as const)("%s", (kind) => {
  const labels = (value: string) => ({ labels: { [set.key]: value } });
  const holding = (value: string, metadata: object = {}) => live({ ...labels(value), ...metadata }, labels(value));

  test("leaves it where it is so already", async () => {
    const { writer, permit, writes } = await hands(kind, server(holding("enabled"), silent));
    expect(await writer.write(permit)).toMatchObject({ effect: "already-so" });
    expect(writes()).toEqual([]);
  });

  test("does not write over what somebody else has set", async () => {
    const { writer, permit, writes } = await hands(kind, server(holding("disabled"), silent));
    expect(await writer.write(permit)).toMatchObject({
      effect: "refused",
      says: expect.stringMatching(/is "disabled", and was not there/),
    });
    expect(writes()).toEqual([]);
  });

  test("takes the label away again: its undo", async () => {
    const { connection, seen } = await cluster(server(holding("enabled"), live()));
    const undo = { ...remedies[kind], set: { key: set.key, from: "enabled", to: null } };
    const writer = writers[kind]({ connection, clock: () => early }) as Writer;
    expect(await writer.rehearse(undo)).toMatchObject({ effect: "applied" });
    expect(seen.find(isWrite)?.body).toContain(`{"${set.key}":null}`);
  });

  test("is refused where a policy takes the label out on the way", async () => {
    const { writer, remedy } = await hands(kind, server(live(), live()));
    expect(await writer.rehearse(remedy)).toMatchObject({ effect: "refused", says: expect.stringMatching(/took it out again/) });
  });

  test("sends nothing when the permit ends while it looks", async () => {
    const { connection, seen } = await cluster(live());
    const times = [early, before];
    const writer = writers[kind]({ connection, clock: () => times.shift() ?? before }) as Writer;
    const permit = { remedy: remedies[kind], writeBefore: before } as unknown as Permit;
    expect(await writer.write(permit)).toMatchObject({ effect: "refused", says: expect.stringMatching(/nothing was sent/) });
    expect(seen.filter(isWrite)).toEqual([]);
  });

  const owned = (manager: string) => {
    const fields = { "f:metadata": { "f:labels": { [`f:${set.key}`]: {} } } };
    const fieldsV1 = kind === "label-namespace" ? fields : { "f:spec": { "f:template": fields } };
    return { resourceVersion: "50", generation: 4, managedFields: [{ manager: "kubelet" }, { manager, fieldsV1 }] };
  };
  test.each([
    ["remediator", "applied"],
    ["kubectl-label", "already-so"],
  ])("afterwards, a label that %s wrote is %s", async (manager, effect) => {
    const { writer, permit } = await hands(kind, holding("enabled", owned(manager)));
    expect(await writer.reconcile(permit)).toMatchObject({ effect });
  });

  test("afterwards, cannot tell where the object moved and the label is not there", async () => {
    const { writer, permit } = await hands(kind, live({ resourceVersion: "50", generation: 4 }));
    expect(await writer.reconcile(permit)).toBe("unknown");
  });
});

test.each(["pod-security.kubernetes.io/enforce", "kubernetes.io/metadata.name", "topology.k8s.io/zone"])(
  "label-namespace never writes %s",
  async (key) => {
    const { connection, seen } = await cluster(inTurn(live(), silent));
    const remedy: Remedy<"label-namespace"> = { ...remedies["label-namespace"], set: { key, from: null, to: "privileged" } };
    expect(await writers["label-namespace"]({ connection, clock: () => early }).rehearse(remedy)).toMatchObject({ effect: "refused" });
    expect(seen.filter(isWrite)).toEqual([]);
  },
);
