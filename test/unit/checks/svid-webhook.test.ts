import { describe, expect, test } from "vitest";
import { svidNamespaceLabel } from "../../../runbook/checks/svid-namespace-label.ts";
import { svidPodLabel } from "../../../runbook/checks/svid-pod-label.ts";
import { svidWebhookMatches } from "../../../runbook/checks/svid-webhook-matches.ts";
import { svidWebhookPresent } from "../../../runbook/checks/svid-webhook-present.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { bundle, earlyCa, expiredCa } from "../../support/certificates.ts";
import { aWorld, checkout, without, withThese } from "../../support/clusters.ts";
import { type Answers, finding, Missing } from "../../support/evidence.ts";
import { at } from "../../support/incidents.ts";
import {
  aJob,
  aNamespace,
  anEndpointSlice,
  aPod,
  aReplicaSet,
  aService,
  aWebhook,
  aWebhookBy,
  aWebhookEntry,
  type Change,
  injected,
  label,
  managed,
  merged,
  ownedBy,
  type Raw,
} from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const configuration = cluster.webhookConfiguration("spirl-controller-webhook");
const blind = (answers: Answers): Answers => ({ ...answers, besides: [[configuration, new Missing("403")]] });
const world = (entry: Change = {}, parts: Parameters<typeof checkout>[0] = {}, ...more: readonly Raw[]): Answers => ({
  objects: withThese(aWorld(...checkout(parts)), aWebhookBy(entry), ...more),
});
/** With the whole configuration given. */
const configured = (webhook: Raw, parts: Parameters<typeof checkout>[0] = {}, ...more: readonly Raw[]): Answers => ({
  objects: withThese(aWorld(...checkout(parts)), webhook, ...more),
});
const unlabelled = {
  deployment: { spec: { template: { metadata: { labels: { [label]: undefined } } } } },
  pod: { metadata: { labels: { [label]: undefined } } },
};
const byNamespace = { objectSelector: undefined, namespaceSelector: { matchLabels: { [label]: "enabled" } } };

describe("each of these links", () => {
  test.each([svidWebhookPresent, svidWebhookMatches, svidPodLabel, svidNamespaceLabel])(
    "$id does not apply to a pod that has the volume",
    async (check) => {
      expect((await finding(check, aWorkload(), world({}, { pod: { spec: injected } }))).is).toBe("not-applicable");
    },
  );
  test.each([svidWebhookPresent, svidWebhookMatches, svidPodLabel, svidNamespaceLabel])("$id does not apply on Fargate", async (check) => {
    expect((await finding(check, aWorkload(), world({}, { pod: { spec: { schedulerName: "fargate-scheduler" } } }))).is).toBe(
      "not-applicable",
    );
  });
  test.each([svidWebhookPresent, svidWebhookMatches, svidPodLabel, svidNamespaceLabel])(
    "$id does not apply to a pod that is going, has ended, is gone, or brings its own mount",
    async (check) => {
      const mounts = {
        volumes: [{ name: "v", hostPath: { path: "/run/spirl" } }],
        containers: [{ name: "app", volumeMounts: [{ name: "v", mountPath: "/spirl-agent-socket" }] }],
      };
      const changes: readonly Change[] = [
        { metadata: { deletionTimestamp: "2026-11-20T02:59:00Z" } },
        { status: { phase: "Succeeded" } },
        { metadata: { name: "another" } },
        { spec: mounts },
      ];
      for (const pod of changes) expect((await finding(check, aWorkload(), world({}, { pod }))).is).toBe("not-applicable");
    },
  );
  test.each([svidWebhookPresent, svidWebhookMatches, svidPodLabel, svidNamespaceLabel])(
    "$id is unknown where the configuration cannot be read",
    async (check) => {
      expect(await finding(check, aWorkload(), blind(world()))).toMatchObject({ is: "unknown", says: "403" });
    },
  );
});

describe("svid.webhook-present", () => {
  const present = (answers: Answers) => finding(svidWebhookPresent, aWorkload(), answers);

  test("is healthy where it is installed, served and trusted, and says what a failure of it does", async () => {
    expect(await present(world())).toMatchObject({
      is: "healthy",
      says: "webhook spirl-controller-webhook is installed; service spirl-system/spirl-controller-webhook has 1 ready endpoint, its CA is valid for another 6617 d, failurePolicy Ignore",
    });
  });

  test("finds that it is not installed", async () => {
    expect(await present({ objects: without(aWorld(...checkout()), "MutatingWebhookConfiguration") })).toMatchObject({
      is: "faulty",
      manual: expect.any(String),
    });
  });

  test.each<[string, readonly Raw[], string]>([
    [
      "no endpoint",
      [anEndpointSlice({ endpoints: null })],
      "has no ready endpoint; with failurePolicy Ignore, new pods start without the volume",
    ],
    ["endpoints that are not ready", [anEndpointSlice({ endpoints: [{ conditions: { ready: false } }] })], "has no ready endpoint"],
    ["no such port", [aService({ spec: { ports: [{ port: 8443 }] } })], "on port 443, which it has not"],
  ])("finds %s", async (_what, changed, says) => {
    expect(await present(world({}, {}, ...changed))).toMatchObject({ is: "faulty", says: expect.stringContaining(says) });
  });

  test("finds a service that does not exist, and says what failurePolicy Fail does", async () => {
    const { objects = [] } = world({ failurePolicy: "Fail" });
    expect(await present({ objects: without(objects, "Service") })).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("pods that it matches cannot be created"),
    });
  });

  test("an endpoint that does not say whether it is ready is ready", async () => {
    expect((await present(world({}, {}, anEndpointSlice({ endpoints: [{ addresses: ["10.0.0.9"] }] })))).is).toBe("healthy");
  });

  test.each([
    [bundle(expiredCa), "faulty", "expired 3 d ago"],
    [bundle(earlyCa), "faulty", "is not valid before 2040"],
    [bundle("nothing"), "faulty", "holds no certificate in PEM"],
    [undefined, "unknown", "has no caBundle"],
  ])("trust: %s", async (caBundle, is, says) => {
    expect(await present(world({ clientConfig: { caBundle } }))).toMatchObject({ is, says: expect.stringContaining(says) });
  });

  test("what a URL leads to cannot be seen, which stands in nobody's way", async () => {
    const byUrl = { clientConfig: { service: undefined, url: "https://127.0.0.1:9443/inject" } };
    expect(await present(world(byUrl))).toMatchObject({
      is: "healthy",
      says: expect.stringContaining("127.0.0.1:9443, which cannot be seen from here"),
    });
    expect((await present(world({ clientConfig: { ...byUrl.clientConfig, caBundle: undefined } }))).is).toBe("healthy");
    expect((await present(world({ clientConfig: { ...byUrl.clientConfig, caBundle: bundle(expiredCa) } }))).is).toBe("faulty");
    expect((await present(world({}, {}, aService({ spec: { type: "ExternalName", ports: null } })))).is).toBe("healthy");
  });

  describe("with failurePolicy Fail, where what is behind it cannot be seen", () => {
    const byUrl = { clientConfig: { service: undefined, url: "https://dead.example/inject" }, failurePolicy: "Fail" };
    const outside = aService({ spec: { type: "ExternalName", ports: null } });
    const ways: readonly (readonly [string, Change, readonly Raw[]])[] = [
      ["a URL", byUrl, []],
      ["a service that leads out of the cluster", { failurePolicy: "Fail" }, [outside]],
    ];
    const admitted = (secondsAgo: number, change: Change = {}) =>
      aPod(
        merged(
          {
            metadata: { name: "lately", labels: { [label]: "enabled" }, creationTimestamp: at(-secondsAgo).replace(".000Z", "Z") },
            spec: injected,
          },
          change,
        ),
      );

    test.each(ways)("%s: unknown, for a pod that goes might not come again", async (_what, entry, more) =>
      expect(await present(world(entry, {}, ...more))).toMatchObject({
        is: "unknown",
        says: expect.stringContaining("which cannot be seen from here; while it does not serve, with failurePolicy Fail"),
      }),
    );

    test.each(ways)("%s: healthy where it has let a pod through lately", async (_what, entry, more) =>
      expect(await present(world(entry, {}, ...more, admitted(120)))).toMatchObject({
        is: "healthy",
        says: expect.stringContaining("and let lately through 2 min ago"),
      }),
    );

    test.each<readonly [string, readonly Raw[]]>([
      ["it was too long ago", [admitted(600)]],
      ["the pod has no volume", [admitted(120, { spec: { volumes: [], containers: [{ name: "app" }] } })]],
      ["it was not asked about that pod", [admitted(120, { metadata: { labels: { [label]: "no" } } })]],
      ["the pod is in another namespace", [admitted(120, { metadata: { namespace: "orders" } })]],
    ])("still unknown where %s", async (_what, objects) => expect((await present(world(byUrl, {}, ...objects))).is).toBe("unknown"));

    test("still unknown where the webhook was changed since", async () => {
      const changed = (time: string) => configured(aWebhookBy(byUrl, { metadata: { managedFields: [managed(time)] } }), {}, admitted(120));
      expect((await present(changed("2026-11-20T02:59:00Z"))).is).toBe("unknown");
      expect((await present(changed("2026-11-20T02:57:00Z"))).is).toBe("healthy");
    });

    test("unknown without a pod to ask for, and where the pods cannot be read", async () => {
      const { pod: _none, ...owner } = aWorkload();
      expect((await finding(svidWebhookPresent, owner, world(byUrl, {}, admitted(120)))).is).toBe("unknown");
      const besides = [[cluster.podsIn("payments"), new Missing("403")] as const];
      expect((await present({ ...world(byUrl, {}, admitted(120)), besides })).is).toBe("unknown");
    });
  });

  describe("of several entries", () => {
    const gone = { clientConfig: { service: { namespace: "spirl-system", name: "gone", port: 443 } } };
    const both = (second: Change, first: Change = {}, parts: Parameters<typeof world>[1] = {}) =>
      configured(aWebhook({ webhooks: [aWebhookEntry(first), aWebhookEntry({ name: "other.spirl.com", ...second })] }), parts);

    test("one that is not about this pod is not its cause", async () => {
      expect((await present(both({ ...gone, objectSelector: { matchLabels: { [label]: undefined, x: "y" } } }))).is).toBe("healthy");
      expect((await present(both({ ...gone, rules: [] }))).is).toBe("healthy");
      const down = { objectSelector: { matchLabels: { [label]: undefined, x: "y" } } };
      expect((await present(both({}, { ...gone, ...down }))).is).toBe("healthy");
    });

    test("one that is asked as well is", async () =>
      expect(await present(both(gone))).toMatchObject({ is: "faulty", says: expect.stringContaining("service spirl-system/gone") }));

    test("one that may be asked, or not, leaves it open", async () =>
      expect(
        await present(both({ ...gone, matchConditions: [{ name: "user", expression: "request.userInfo.username == 'x'" }] })),
      ).toMatchObject({ is: "unknown", says: expect.stringContaining("whether it is asked about such pods cannot be told") }));

    test("where none is asked, those count that a label would bring", async () => {
      const unasked = { ...gone, objectSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["checkout"] }] } };
      expect(
        await present(both({ ...gone, objectSelector: { matchLabels: { [label]: undefined, x: "y" } } }, {}, unlabelled)),
      ).toMatchObject({ is: "faulty" });
      expect((await present(both(unasked, {}, unlabelled))).is).toBe("healthy");
      expect(await present(both(unasked, unasked, unlabelled))).toMatchObject({
        is: "healthy",
        says: expect.stringContaining("the next question"),
      });
    });
  });

  test("is asked also where there is no pod, for it may be why", async () => {
    const { pod: _none, ...owner } = aWorkload();
    const down = world({ failurePolicy: "Fail" }, {}, anEndpointSlice({ endpoints: [] }));
    expect((await finding(svidWebhookPresent, owner, down)).is).toBe("faulty");
  });

  test("is unknown where the endpoints cannot be read", async () => {
    const besides = [[cluster.endpointSlices("spirl-system", "spirl-controller-webhook"), new Missing("403")] as const];
    expect((await present({ ...world(), besides })).is).toBe("unknown");
  });
});

describe("svid.webhook-matches", () => {
  const matches = (answers: Answers) => finding(svidWebhookMatches, aWorkload(), answers);

  test("is healthy where the pod would be injected, were it created now", async () => {
    expect(await matches(world())).toMatchObject({
      is: "healthy",
      says: "webhook inject.spirl.com would inject payments/checkout-7d4f-x2, were it created now",
    });
  });

  test.each<[string, Change, string]>([
    ["an exclusion", { objectSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["checkout"] }] } }, "app!=checkout"],
    ["an operation", { rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["pods"] }] }, "no rule"],
    [
      "a condition",
      { matchConditions: [{ name: "only-orders", expression: "request.namespace == 'orders'" }] },
      "condition only-orders is false",
    ],
    [
      "a namespace that is left out",
      { namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["payments"] }] } },
      "metadata.name!=payments",
    ],
  ])("finds what no label can change: %s", async (_what, entry, says) => {
    expect(await matches(world(entry))).toMatchObject({ is: "faulty", says: expect.stringContaining(says), manual: expect.any(String) });
  });

  test("leaves a label that is missing to the links that follow", async () => {
    expect((await matches(world({}, unlabelled))).is).toBe("not-applicable");
    expect((await matches(world(byNamespace))).is).toBe("not-applicable");
  });

  test("finds a condition that would be false with the label, too", async () => {
    const entry = { matchConditions: [{ name: "only-orders", expression: "request.namespace == 'orders'" }] };
    expect((await matches(world(entry, unlabelled))).is).toBe("faulty");
  });

  test("is unknown where it cannot be computed", async () => {
    const entry = { matchConditions: [{ name: "user", expression: "request.userInfo.username == 'x'" }] };
    expect(await matches(world(entry))).toMatchObject({ is: "unknown", says: expect.stringContaining("match condition user") });
  });
});

describe("svid.pod-label", () => {
  const labelled = (answers: Answers) => finding(svidPodLabel, aWorkload(), answers);

  test("is healthy where pod and template carry it, and does not apply where none is asked for", async () => {
    expect((await labelled(world())).is).toBe("healthy");
    expect((await labelled(world(byNamespace))).is).toBe("not-applicable");
  });

  test("the pod lacks it and the template has it: a restart", async () => {
    const found = await labelled(world({}, { pod: unlabelled.pod }));
    expect(found).toMatchObject({
      is: "faulty",
      says: expect.stringContaining("its template has it by now"),
      remedies: [{ kind: "rollout-restart" }],
    });
  });

  test("a pod that another entry chooses as it is lacks nothing", async () => {
    const two = aWebhook({
      webhooks: [
        aWebhookEntry({ name: "new" }),
        aWebhookEntry({ name: "old", objectSelector: { matchLabels: { [label]: undefined, app: "checkout" } } }),
      ],
    });
    expect((await labelled({ objects: withThese(aWorld(...checkout({ pod: unlabelled.pod })), two) })).is).toBe("healthy");
  });

  test("where only the namespace's label would be enough, the pod's is not set", async () => {
    const two = aWebhook({ webhooks: [aWebhookEntry(), aWebhookEntry({ name: "by-namespace", ...byNamespace })] });
    const off = { spec: { template: { metadata: { labels: { [label]: "disabled" } } } } };
    const found = await labelled({ objects: withThese(aWorld(...checkout({ deployment: off })), two) });
    expect(found.is).toBe("faulty");
    expect(found).not.toHaveProperty("remedies");
  });

  test("the template lacks it: the template, and nothing else, is to be labelled", async () => {
    const found = await labelled(world({}, unlabelled));
    expect(found).toMatchObject({
      is: "faulty",
      remedies: [{ kind: "label-pod-template", set: { key: label, from: null, to: "enabled" } }],
    });
    expect(found).not.toHaveProperty("manual");
  });

  test("nothing is rolled out to a node where the new pod could not start, or would find no agent", async () => {
    for (const parts of [unlabelled, { pod: unlabelled.pod }])
      for (const gone of ["spiffe-csi-driver-node-1", "spirl-agent-node-1"]) {
        const { objects = [] } = world({}, parts);
        const found = await labelled({ objects: without(objects, "Pod", gone) });
        expect(found).toMatchObject({ is: "faulty", manual: expect.stringMatching(/^first: no .* on node-1/) });
        expect(found).not.toHaveProperty("remedies");
      }
  });

  test("with another value it may be on purpose, so no remedy", async () => {
    const off = { spec: { template: { metadata: { labels: { [label]: "disabled" } } } } };
    const found = await labelled(world({}, { deployment: off, pod: { metadata: { labels: { [label]: "disabled" } } } }));
    expect(found).toMatchObject({ is: "faulty", says: expect.stringContaining(`${label} is disabled, which may be on purpose`) });
    expect(found).not.toHaveProperty("remedies");
  });

  test("where nobody can say that the label is enough, no remedy", async () => {
    const found = await labelled(world({ matchConditions: [{ name: "u", expression: "request.userInfo.username == 'x'" }] }, unlabelled));
    expect(found.is).toBe("faulty");
    expect(found).not.toHaveProperty("remedies");
  });

  test.each<[string, readonly Raw[]]>([
    ["nobody's pod", [aPod()]],
    [
      "a ReplicaSet's",
      [aReplicaSet({ spec: { template: { metadata: { labels: { [label]: undefined } } } } }), aPod({ metadata: ownedBy(aReplicaSet()) })],
    ],
    ["a Job's", [aJob({ spec: { template: { metadata: { labels: { [label]: undefined } } } } }), aPod({ metadata: ownedBy(aJob()) })]],
  ])("has no template that could be labelled: %s", async (_what, objects) => {
    const found = await labelled({ objects: aWorld(...objects) });
    expect(found).toMatchObject({ is: "faulty", manual: expect.stringContaining(`add ${label}=enabled`) });
    expect(found).not.toHaveProperty("remedies");
  });

  test("either of two labels would do: a person chooses", async () => {
    const two = aWebhook({ webhooks: [aWebhookEntry(), aWebhookEntry({ name: "by-namespace", ...byNamespace })] });
    const found = await labelled({ objects: withThese(aWorld(...checkout(unlabelled)), two) });
    expect(found).toMatchObject({ is: "faulty", manual: expect.stringContaining("choose one") });
    expect(found).not.toHaveProperty("remedies");
  });
});

describe("svid.namespace-label", () => {
  const labelled = (answers: Answers) => finding(svidNamespaceLabel, aWorkload(), answers);

  test("is healthy where the namespace carries it, and does not apply where none is asked for", async () => {
    expect((await labelled(world(byNamespace, {}, aNamespace({ metadata: { labels: { [label]: "enabled" } } })))).is).toBe("healthy");
    expect((await labelled(world())).is).toBe("not-applicable");
  });

  test("finds that it is missing", async () => {
    const found = await labelled(world(byNamespace));
    expect(found).toMatchObject({
      is: "faulty",
      says: `namespace payments does not carry ${label}=enabled`,
      remedies: [
        {
          kind: "label-namespace",
          target: { kind: "Namespace", name: "payments", uid: "u-payments" },
          set: { key: label, from: null, to: "enabled" },
        },
      ],
    });
  });

  test("with another value it may be on purpose; a choice among values is a person's; Kubernetes' own labels are not set", async () => {
    const off = await labelled(world(byNamespace, {}, aNamespace({ metadata: { labels: { [label]: "disabled" } } })));
    const oneOf = (key: string, ...values: readonly string[]) => ({
      objectSelector: undefined,
      namespaceSelector: { matchExpressions: [{ key, operator: "In", values }] },
    });
    const several = await labelled(world(oneOf("team", "a", "b")));
    const other = await labelled(world(oneOf("kubernetes.io/metadata.name", "orders")));
    for (const found of [off, several, other]) {
      expect(found.is).toBe("faulty");
      expect(found).not.toHaveProperty("remedies");
    }
  });

  test("is unknown where the namespace cannot be read", async () => {
    expect((await labelled({ ...world(byNamespace), besides: [[cluster.namespace("payments"), new Missing("403")]] })).is).toBe("unknown");
  });
});
