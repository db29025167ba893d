import { expect, test } from "vitest";
import { namespaceMatches } from "../../../runbook/checks/proof/namespace-matches.ts";
import { at } from "../../support/incidents.ts";
import { aPod, finding, labelSpace, list, restart, set, type World } from "./objects.ts";

const namespace = (labels: object = { [set.key]: "enabled" }, uid = "uid-shop") => ({
  metadata: { name: "shop", uid, resourceVersion: "2", creationTimestamp: at(-9), labels },
});
const webhook = (change: object = {}) => ({
  metadata: { name: "spirl-controller-webhook", uid: "w", resourceVersion: "1", creationTimestamp: at(-9) },
  webhooks: [
    {
      name: "inject.spirl.com",
      clientConfig: { url: "https://w" },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      namespaceSelector: { matchLabels: { [set.key]: "enabled" } },
      ...change,
    },
  ],
});
const without = aPod("web-1", { injected: false });
const world = (space: unknown = namespace(), configuration: unknown = webhook(), pods: readonly unknown[] = [without]): World => [
  ["/mutatingwebhookconfigurations/", configuration],
  [/\/namespaces\/shop\/pods$/, list(...pods)],
  [/\/namespaces\/shop$/, space],
];

test("with the label in place the webhook would be asked about a pod that has no volume", async () => {
  expect(await finding(namespaceMatches, labelSpace, world())).toMatchObject({ is: "healthy", says: expect.stringContaining("web-1") });
});

test("a label that somebody has taken away again is a fault", async () => {
  expect((await finding(namespaceMatches, labelSpace, world(namespace({})))).is).toBe("faulty");
});

test("a label with which the webhook still would not be asked did not help, and it says what else is asked for", async () => {
  const objectSelector = { matchLabels: { inject: "yes" } };
  expect(await finding(namespaceMatches, labelSpace, world(namespace(), webhook({ objectSelector })))).toMatchObject({
    is: "faulty",
    says: expect.stringContaining("inject=yes"),
  });
});

test.each<[string, World, RegExp]>([
  [
    "it cannot be computed",
    world(namespace(), webhook({ matchConditions: [{ name: "who", expression: "request.userInfo.username == 'x'" }] })),
    /cannot be computed/,
  ],
  ["there is no pod to compute it for", world(namespace(), webhook(), [aPod("web-1")]), /no pod without the CSI volume/],
  ["the webhook is gone", world(namespace(), null), /webhook configuration .* is not there/],
  ["the namespace is gone", world(null), /namespace shop is not there/],
  ["the namespace is another", world(namespace(undefined, "uid-2")), /not there any more/],
  ["the webhook cannot be read", world(namespace(), new Error("403")), /403/],
])("it is open where %s", async (_what, of, says) => {
  expect(await finding(namespaceMatches, labelSpace, of)).toMatchObject({ is: "unknown", says: expect.stringMatching(says) });
});

test("it says nothing about another kind", async () => {
  expect((await finding(namespaceMatches, restart, world())).is).toBe("unknown");
});
