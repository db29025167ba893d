import { describe, expect, it, test } from "vitest";
import { alertmanagerReader } from "../../../adapters/alertmanager/read.ts";
import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect } from "../../../adapters/kubernetes/connection.ts";
import { kubernetesReader } from "../../../adapters/kubernetes/read.ts";
import { type Reviewer, reviewer } from "../../../adapters/kubernetes/review.ts";
import { prometheusReader } from "../../../adapters/prometheus/read.ts";
import { worldOf } from "../../../adapters/world/index.ts";
import { instant } from "../../../kernel/time.ts";
import type { Capability } from "../../../kernel/types/index.ts";
import { examine, type Found, isProbe, type Seen, type Subject } from "../../../lambdas/doctor/handler.ts";
import * as cluster from "../../../local/commands/doctor/checks/cluster.ts";
import { named, rightsOf } from "../../../local/commands/doctor/rights.ts";
import type { UserName } from "../../../local/world/kubernetes/roles.ts";
import type { World } from "../../../local/world/world.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { html, json, reset, serve, status, text, token } from "../adapters/server.ts";
import { aPolicy, aWorld, nobodyThere } from "../commands/support.ts";

const policy = aPolicy();
const clock = () => instant(Date.parse("2026-11-02T08:00:00.000Z"));
const mending = { api: "look at the entry", prometheus: "set its url", alertmanager: "set its url" };

/** What a function that is this user in the practice world answers. */
async function seenBy(user: UserName, world: World, capability?: Capability): Promise<Seen> {
  const connection = connect(kubeConfigOf({ by: "token", server: world.kubernetesUrl, token: world.tokens[user] }), 5);
  const timeoutSeconds = 5;
  const outside = worldOf({
    kubernetes: kubernetesReader(connection),
    prometheus: prometheusReader({ url: world.prometheusUrl, timeoutSeconds }, Date.now),
    alertmanager: alertmanagerReader({ url: world.alertmanagerUrl, timeoutSeconds }),
    clock,
  });
  const { may, mayNot } = rightsOf(capability);
  try {
    const probe = { doctor: { cluster: "practice", rights: [...may, ...mayNot] } };
    return await examine(probe, { world: outside, review: reviewer(connection), policy, clock });
  } finally {
    await connection.close();
  }
}
const linesOf = (seen: Seen, capability?: Capability) => {
  const { may, mayNot } = rightsOf(capability);
  const checks = [
    cluster.reached(mending),
    cluster.allowed(may),
    cluster.refused(mayNot),
    cluster.installed(policy.installation),
    cluster.measured(mending),
    cluster.alarmed(mending),
  ];
  return Object.fromEntries(checks.map(({ id, of }) => [id, of(seen)]));
};

describe("seen from inside", () => {
  it("all is well as the reader, and as each capability: each may do just its own", { timeout: 60_000 }, async () => {
    const { world } = await aWorld("healthy");
    for (const capability of [undefined, ...capabilities]) {
      const lines = linesOf(await seenBy(capability ?? "reader", world, capability), capability);
      expect(Object.entries(lines).filter(([, { is }]) => is !== "ok")).toEqual([]);
    }
    expect(world.audit()).toEqual([]);
  });

  it("says which rights are missing, and which are too many", { timeout: 60_000 }, async () => {
    const { world } = await aWorld("healthy");
    const other = linesOf(await seenBy("EvictWorkload", world, "RolloutWorkload"), "RolloutWorkload");
    expect(other.may).toMatchObject({
      is: "failed",
      says: expect.stringContaining("patch deployments.apps"),
      todo: expect.stringContaining("ops/generated/rbac.yaml"),
    });
    expect(other["may-not"]).toMatchObject({ is: "failed", says: expect.stringContaining("create pods/eviction") });
    const nobody = linesOf(await seenBy("nobody", world));
    expect(nobody["api-server"]).toMatchObject({ is: "ok" });
    expect(nobody.may).toMatchObject({ is: "failed" });
    expect(nobody["may-not"]).toMatchObject({ is: "ok" });
    const admin = linesOf(await seenBy("admin", world));
    expect(admin["may-not"]).toMatchObject({ is: "failed", says: expect.stringMatching(/get secrets, list secrets, create pods\/exec/) });
  });
});

const found: Readonly<Record<Subject, Found>> = {
  api: { state: "found" },
  agent: { state: "found" },
  csi: { state: "found" },
  webhook: { state: "found" },
  prometheus: { state: "found" },
  metrics: { state: "found" },
  alertmanager: { state: "found" },
};
const seen = (change: Partial<Record<Subject, Found>>): Seen => ({
  cluster: "prod",
  policy: policy.version,
  at: clock(),
  found: { ...found, ...change },
  rights: [],
});
const gone = { state: "missing" } as const;
const silent = { state: "unavailable", reason: "it gave no answer within 5 s" } as const;

test.each([
  ["installation", { agent: gone }, "failed", policy.installation.agent],
  ["installation", { csi: gone }, "failed", policy.installation.csi],
  ["installation", { webhook: gone }, "failed", policy.installation.webhook],
  ["installation", { agent: silent }, "unknown", "no answer"],
  ["api-server", { api: silent }, "failed", "no answer"],
  ["api-server", { api: gone }, "ok", "takes our credentials"],
  ["prometheus", { prometheus: silent }, "failed", "no answer"],
  ["prometheus", { prometheus: gone }, "failed", "scrapes nothing"],
  ["prometheus", { metrics: gone }, "failed", "spirl_application_info"],
  ["prometheus", { metrics: silent }, "unknown", "no answer"],
  ["alertmanager", { alertmanager: silent }, "failed", "no answer"],
] as const)("of the %s, where %o: %s", (id, change, is, says) => {
  const outcome = linesOf(seen(change))[id];
  expect(outcome).toMatchObject({ is, says: expect.stringContaining(says) });
  expect(outcome?.todo !== undefined).toBe(is === "failed");
});

describe("a question about a right", () => {
  const asking = async (play: Parameters<typeof serve>[0]) => {
    const { url, seen: asked } = await serve(play);
    const connection = connect(kubeConfigOf({ by: "token", server: url, token }), 2);
    return { answer: await reviewer(connection)({ group: "apps", resource: "deployments/scale", verb: "patch" }), asked };
  };

  it("is one POST that creates nothing, with the subresource by itself", async () => {
    const { answer, asked } = await asking(json(201, { kind: "SelfSubjectAccessReview", status: { allowed: true } }));
    expect(answer).toBe("yes");
    expect(asked).toMatchObject([{ method: "POST", url: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" }]);
    expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({
      spec: { resourceAttributes: { group: "apps", resource: "deployments", subresource: "scale", verb: "patch" } },
    });
  });

  it.each([
    ["no", json(201, { status: { allowed: false, denied: true } })],
    [{ unknown: expect.stringContaining("401") }, status(401, "Unauthorized", "Unauthorized")],
    [{ unknown: expect.stringContaining("403") }, status(403, "Forbidden", "no")],
    [{ unknown: expect.stringContaining("in front of the API server") }, html(502)],
    [{ unknown: expect.any(String) }, json(201, { status: {} })],
    [{ unknown: expect.any(String) }, text(201, "not json")],
    [{ unknown: expect.stringContaining("broke") }, reset],
  ])("is answered %o, and an unknown is no yes", async (answer, play) => {
    const got = await asking(play);
    expect(got.answer).toEqual(answer);
    expect(JSON.stringify(got.answer)).not.toContain(token);
  });

  it("that is not known is neither missing nor too many", () => {
    const { may, mayNot } = rightsOf();
    const rights = [...may, ...mayNot].map((right) => ({ ...right, is: { unknown: "no answer" } }));
    const lines = linesOf({ ...seen({}), rights });
    expect([lines.may?.is, lines["may-not"]?.is]).toEqual(["unknown", "unknown"]);
  });
});

describe("a probe", () => {
  it("is told from an incident, and takes rights only", async () => {
    expect([isProbe({ doctor: {} }), isProbe({ id: "x" })]).toEqual([true, false]);
    const review: Reviewer = async () => "no";
    const world = worldOf({ clock });
    const ask = (rights: unknown) => examine({ doctor: { cluster: "prod", rights: rights as never } }, { world, review, policy, clock });
    for (const rights of [
      [{ group: "", resource: "pods" }],
      [{ group: "", resource: "../x y", verb: "get" }],
      [null],
      Array(101).fill({ group: "", resource: "a", verb: "get" }),
    ])
      await expect(ask(rights)).rejects.toThrow("rights must be");
    expect(await ask([{ group: "", resource: "a", verb: "get" }])).toMatchObject({
      rights: [{ is: "no" }],
      found: { api: { state: "unavailable" } },
    });
  });

  it("says what does not answer, without a secret", async () => {
    const connection = connect(kubeConfigOf({ by: "token", server: nobodyThere, token }), 2);
    const world = worldOf({ kubernetes: kubernetesReader(connection), clock });
    const answer = await examine(
      { doctor: { cluster: "prod", rights: [{ group: "", resource: "pods", verb: "get" }] } },
      { world, review: reviewer(connection), policy, clock },
    );
    expect(answer.found.api).toMatchObject({ state: "unavailable" });
    expect(answer.found.prometheus).toMatchObject({ reason: "no Prometheus is configured" });
    expect(JSON.stringify(answer)).not.toContain(token);
  });
});

test("no capability is asked for a right that another alone has, and each for all of its own", () => {
  for (const capability of capabilities) {
    const { may, mayNot } = rightsOf(capability);
    const both = may.map(named).filter((right) => mayNot.map(named).includes(right));
    expect(both).toEqual([]);
    expect(mayNot.map(named)).toEqual(expect.arrayContaining(["get secrets", "create pods/exec"]));
  }
  expect(rightsOf("EvictWorkload").mayNot.map(named)).toEqual(expect.arrayContaining(["patch deployments.apps", "patch namespaces"]));
  expect(rightsOf().mayNot.map(named)).toEqual(
    expect.arrayContaining(["create pods/eviction", "patch deployments.apps", "patch namespaces"]),
  );
});
