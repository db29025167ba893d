import { expect, test } from "vitest";
import { collect } from "../../../kernel/collect.ts";
import { run } from "../../../kernel/suspend.ts";
import type { Given } from "../../../kernel/types/index.ts";
import { type Fleet, fleetOf } from "../../../runbook/queries/fleet.ts";
import * as cluster from "../../../runbook/queries/kubernetes.ts";
import { anInstallation, withThese } from "../../support/clusters.ts";
import { type Answers, given, Missing, worldOf } from "../../support/evidence.ts";
import { aPolicy } from "../../support/incidents.ts";
import {
  aNamespace,
  aPod,
  aReplicaSet,
  aWebhookBy,
  type Change,
  injected,
  label,
  merged,
  ownedBy,
  type Raw,
} from "../../support/objects.ts";

async function fleet(answers: Answers, knows: Given = given()): Promise<Fleet | string> {
  const { value } = await collect((evidence) => {
    const ran = run((read) => fleetOf(read, knows), evidence);
    return ran.did === "miss" ? { value: "", wants: ran.queries } : { value: ran.did === "fail" ? ran.reason : ran.value, wants: [] };
  }, worldOf(answers));
  return value;
}
const pod = (namespace: string, name: string, change: Change = {}) =>
  aPod(
    merged(
      { metadata: { namespace, name, ...ownedBy(aReplicaSet()), labels: { [label]: "enabled", "pod-template-hash": "7d4f" } } },
      change,
    ),
  );
const has = { spec: injected };
const none = { metadata: { labels: { [label]: undefined } } };
const objects: readonly Raw[] = [
  ...anInstallation(),
  ...["payments", "orders"].map((name) => aNamespace({ metadata: { name } })),
  pod("payments", "a"),
  pod("payments", "b", has),
  pod("payments", "not-asked-for", none),
  pod("orders", "c", has),
  pod("orders", "going", { metadata: { deletionTimestamp: "2026-11-20T02:59:00Z" } }),
  pod("orders", "ended", { status: { phase: "Succeeded" } }),
];

test("counts who should have the volume, and who has not; what ends or goes does not count", async () => {
  expect(await fleet({ objects })).toEqual({
    expected: 3,
    symptomatic: 1,
    undecided: 0,
    byOwner: [
      { owner: "Deployment payments/checkout", expected: 2, symptomatic: 1, undecided: 0 },
      { owner: "Deployment orders/checkout", expected: 1, symptomatic: 0, undecided: 0 },
    ],
  });
});

test("the policy's expected count, too, in this cluster", async () => {
  const expected = [{ namespace: "payments", kind: "Deployment", name: "checkout" }] as const;
  expect(await fleet({ objects }, given({ policy: { ...aPolicy(), expected } }))).toMatchObject({ expected: 4, symptomatic: 2 });
  const elsewhere = expected.map((each) => ({ ...each, cluster: "other" }));
  expect(await fleet({ objects }, given({ policy: { ...aPolicy(), expected: elsewhere } }))).toMatchObject({ expected: 3 });
});

test("by namespace, where the webhook chooses by namespace", async () => {
  const webhook = aWebhookBy({ objectSelector: undefined, namespaceSelector: { matchLabels: { [label]: "enabled" } } });
  const labelled = aNamespace({ metadata: { labels: { [label]: "enabled" } } });
  expect(await fleet({ objects: withThese(objects, webhook, labelled) })).toMatchObject({ expected: 3, symptomatic: 2 });
});

test("what cannot be computed is counted apart", async () => {
  const webhook = aWebhookBy({ matchConditions: [{ name: "u", expression: "request.userInfo.username == 'x'" }] });
  expect(await fleet({ objects: withThese(objects, webhook) })).toMatchObject({ expected: 0, symptomatic: 0, undecided: 1 });
});

test("workloads of one name and different kinds are different workloads", async () => {
  const alone = pod("payments", "checkout", { metadata: { ownerReferences: [] } });
  const found = await fleet({ objects: [...objects, alone] });
  expect(found).toMatchObject({ byOwner: [{ owner: "Deployment payments/checkout" }, { owner: "Pod payments/checkout" }, {}] });
});

test("half a list is no fleet", async () => {
  expect(await fleet({ objects, besides: [[cluster.allPods(), new Missing("more than is read at once")]] })).toBe(
    "more than is read at once",
  );
});
