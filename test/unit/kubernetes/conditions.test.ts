import { describe, expect, test } from "vitest";
import { compiled } from "../../../runbook/kubernetes/conditions.ts";
import type { Newcomer } from "../../../runbook/kubernetes/newcomer.ts";
import { asCreated } from "../../../runbook/kubernetes/newcomer.ts";
import { pod } from "../../../runbook/kubernetes/objects-pod.ts";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import { aPod, aReplicaSet, type Change, label, ownedBy } from "../../support/objects.ts";

const newcomer = (change: Change = {}): Newcomer =>
  asCreated(
    reader(pod)(
      aPod({
        ...change,
        metadata: { ...ownedBy(aReplicaSet()), labels: { app: "web", [label]: "enabled" }, ...(change.metadata as Change) },
      }),
    ),
  );
const truth = (expression: string, of = newcomer()) => compiled({ name: "c", expression })(of);

describe("a match condition that can be told beforehand", () => {
  test.each([
    `request.operation == 'CREATE' && request.kind.kind == 'Pod' && request.resource.resource == "pods"`,
    `!(request.namespace in ['kube-system', 'kube-public'])`,
    `object.metadata.namespace != 'kube-system'`,
    `object.metadata.namespace.matches('(?i)^PAY[[:alpha:]]+\\\\z')`,
    `has(object.metadata.labels) && '${label}' in object.metadata.labels`,
    `object.metadata.labels['${label}'] == 'enabled'`,
    `object.metadata.labels.exists(k, k.startsWith('k8s.spirl.com/') && object.metadata.labels[k] == 'enabled')`,
    `!('constructor' in object.metadata.labels)`,
    `!has(object.metadata.annotations)`,
    `!has(object.spec.hostNetwork) && !has(object.spec.hostPID) && !has(object.spec.hostIPC) && !has(object.spec.runtimeClassName)`,
    `object.metadata.ownerReferences.exists(o, o.kind == 'ReplicaSet' && o.controller)`,
    `object.spec.serviceAccountName == 'default' && object.spec.schedulerName == 'default-scheduler'`,
    `oldObject == null`,
    `!has(request.subResource)`,
    `size(object.metadata.namespace) == 8`,
    `'x-y'.split('-')[1] == 'y'`,
  ])("%s is true", (expression) => {
    expect(truth(expression)).toEqual({ is: true });
    expect(truth(`!(${expression})`)).toEqual({ is: false });
  });

  test("looks at this pod and no other", () => {
    const host = newcomer({ spec: { hostNetwork: true } });
    expect(truth("!has(object.spec.hostNetwork)", host)).toEqual({ is: false });
    expect(truth(`object.metadata.labels['app'] == 'web'`, newcomer({ metadata: { labels: { app: "api" } } }))).toEqual({ is: false });
  });
});

describe("a match condition that cannot be told beforehand is unknown, never false", () => {
  test.each([
    [`request.userInfo.username == 'system:serviceaccount:a:b'`, "request.userInfo"],
    [`request['userInfo'].groups.exists(g, g == 'x')`, "request.userInfo"],
    [`has(request.userInfo)`, "request.userInfo"],
    [`'userInfo' in request`, "looks at request"],
    [`request.exists(k, k == 'userInfo')`, "looks at request"],
    [`request.namespace == 'other' && request.userInfo.username == 'x'`, "request.userInfo"],
    [`request.name == 'x'`, "request.name"],
    [`authorizer.group('').resource('pods').namespace('a').check('create').allowed()`, "authorizer"],
    [`object.metadata.name == 'x'`, "object.metadata.name"],
    [`has(object.metadata.generateName)`, "object.metadata.generateName"],
    [`object.metadata.exists(k, k == 'uid')`, "object.metadata"],
    [`object.spec.containers.exists(c, c.name == 'istio-proxy')`, "object.spec.containers"],
    [`has(object.spec.volumes)`, "object.spec.volumes"],
    [`object[request.operation] == 'x'`, "looks at object"],
    [`object == oldObject`, "looks at object"],
    [`has(object.status)`, "object.status"],
    [`has(oldObject.metadata)`, "oldObject.metadata"],
    [`namespaceObject.metadata.name == 'x'`, "namespaceObject"],
    [`variables.x`, "variables"],
    [`object.metadata.ownerReferences.exists(o, has(o.blockOwnerDeletion))`, "blockOwnerDeletion"],
    [`object.metadata.ownerReferences[0].blockOwnerDeletion`, "blockOwnerDeletion"],
    [`has(object.metadata.ownerReferences[0].blockOwnerDeletion)`, "blockOwnerDeletion"],
    [`sets.contains(['a'], ['a'])`, "sets"],
    [`object.metadata.?labels['app'].orValue('') == 'web'`, "not understood here"],
    [`quantity('1Gi').isGreaterThan(quantity('1Mi'))`, "cannot be computed"],
    [`object.metadata.annotations['a'] == 'b'`, "annotations"],
    [`'pay' in object.metadata.namespace`, "cannot be computed"],
    [`request.subResource == ''`, "subResource"],
    [`object.metadata.namespace`, "neither true nor false"],
    [`this is no CEL`, "not understood here"],
  ])("%s", (expression, says) => {
    for (const each of [expression, `!(${expression})`]) {
      const found = truth(each);
      expect(found.is).toBe("unknown");
    }
    expect(truth(expression)).toMatchObject({ is: "unknown", says: expect.stringContaining(says) });
  });

  test("a pod that carries more than can be gone through for every pod is unknown, and at once", () => {
    const annotations = Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`a-${n}`, "x"]));
    const slow = "object.metadata.annotations.exists(a, object.metadata.annotations.exists(b, a == b + 'z'))";
    const began = performance.now();
    expect(truth(slow, newcomer({ metadata: { annotations } }))).toMatchObject({
      is: "unknown",
      says: expect.stringContaining("more than 256"),
    });
    expect(performance.now() - began).toBeLessThan(1000);
  });
  test("a hostile expression does not hang it", () => {
    const long = newcomer({ metadata: { labels: { app: `${"a".repeat(62)}b` } } });
    expect(truth(`object.metadata.labels['app'].matches('^(a+)+$')`, long)).toEqual({ is: false });
  });
});
