import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Uid } from "../../../kernel/types/index.ts";
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
const truth = (expression: string, of = newcomer()) => compiled([{ name: "c", expression }])(of)[0];

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
      expect(truth(each)).toMatchObject({ is: "unknown" });
    }
    expect(truth(expression)).toMatchObject({ is: "unknown", says: expect.stringContaining(says) });
  });

  test("a hostile expression does not hang it", () => {
    const long = newcomer({ metadata: { labels: { app: `${"a".repeat(62)}b` } } });
    expect(truth(`object.metadata.labels['app'].matches('^(a+)+$')`, long)).toEqual({ is: false });
  });
});

const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`l-${n}`, `v-${n}`]));
/** So many labels and no other. */
const labelled = (count: number, annotations = {}): Newcomer => ({ ...newcomer(), labels: numbered(count), annotations });
/** So many loops over the labels, in each other. */
const nested = (depth: number, inmost: string): string =>
  Array.from({ length: depth }, (_, n) => `v${n}`).reduceRight((inner, name) => `object.metadata.labels.all(${name}, ${inner})`, inmost);
/** Of all annotations together, by the API server's own rule. */
const longest = "a".repeat(256 * 1024);

describe("how long a match condition may take", () => {
  test.each([
    ["loops in each other", nested(2, "v0 != v1 + 'x'"), labelled(40)],
    ["one after another", `${nested(1, "v0 != 'x'")} && ${nested(1, "v0 != 'y'")}`, labelled(1000)],
    ["one over what others made", "object.metadata.labels.filter(k, k != 'x').map(k, k + 'y').all(k, k != 'x')", labelled(600)],
  ])("computes what is within reason: %s", (_what, expression, of) => expect(truth(expression, of)).toEqual({ is: true }));

  const ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  test.each([
    ["three loops in each other", nested(3, "v0 != 'x'"), labelled(30)],
    ["ten loops in each other", nested(10, "v0 != 'x'"), labelled(30)],
    ["two, each turn of which is slow", nested(2, "!v1.matches('x(a|b)*c[0-9]+$')"), labelled(250)],
    ["two over what a pod carries a lot of", nested(2, "v0 != v1 + 'x'"), labelled(30_000)],
    ["loops over lists of the expression", `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, a + b + c + d < 99))))`, labelled(1)],
    ["loops that add up", `${nested(1, "v0 != 'x'")} && ${nested(1, "v0 != 'y'")}`, labelled(1001)],
    ["a loop over a long text", "object.metadata.annotations['a'].split('').all(x, x == 'a')", labelled(1, { a: longest })],
    ["a loop that an or makes up for", `${nested(3, "v0 != 'x'")} || true`, labelled(30)],
    ["a loop that is asked for its failure", `!(${nested(3, "v0 != 'x'")})`, labelled(30)],
  ])("is unknown, and at once, where it takes more turns: %s", (_what, expression, of) => {
    const began = performance.now();
    expect(truth(expression, of)).toEqual({
      is: "unknown",
      says: "match condition c cannot be computed: its loops take more than 2000 turns over what the pod carries",
    });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test("counts anew for each pod", () => {
    const asked = compiled([{ name: "c", expression: nested(2, "v0 != 'x'") }]);
    expect([30, 60, 31].map((count) => asked(labelled(count))[0]?.is)).toEqual([true, "unknown", true]);
  });

  test("the longest text that a pod may carry is no matter", () => {
    const began = performance.now();
    expect(truth("object.metadata.annotations['a'].replace('a', 'bb').size() == 2 * 262144", labelled(0, { a: longest }))).toEqual({
      is: true,
    });
    expect(performance.now() - began).toBeLessThan(2000);
  });
  test.each([
    ["'a.b.c'.replace('.', '-') == 'a-b-c'", true],
    ["'ab'.replace('b', '$&$1') == 'a$&$1'", true],
    ["'ab'.replace('', '-') == '-a-b-'", true],
    ["'ab'.replace('x', 'y') == 'ab'", true],
    ["'aa'.replace('a', 'b', -1) == 'bb'", "unknown"],
  ])("%s", (expression, is) => expect(truth(expression)).toMatchObject({ is }));
});

describe("pods that carry the same", () => {
  test("are evaluated once", () => {
    const asked = compiled([{ name: "c", expression: nested(2, "!v1.matches('x(a|b)*c[0-9]+$')") }]);
    const templates = [40, 41, 42].map((count) => labelled(count));
    const pods = Array.from({ length: 1000 }, () => templates.map((template) => ({ ...template }))).flat();
    const began = performance.now();
    expect(pods.every((pod) => asked(pod)[0]?.is === true)).toBe(true);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  const few = fc.constantFrom("a", "b");
  const some = fc.dictionary(few, few);
  const anyone = fc.record({
    namespace: few,
    labels: some,
    annotations: some,
    ownerReferences: fc.array(
      fc.record({ apiVersion: few, kind: few, name: few, uid: few.map((uid) => uid as Uid), controller: fc.boolean() }),
      { maxLength: 2 },
    ),
    spec: fc.record({
      volumes: fc.constant([]),
      containers: fc.constant([]),
      schedulerName: fc.option(few, { nil: undefined }),
      serviceAccountName: fc.option(few, { nil: undefined }),
      runtimeClassName: fc.option(few, { nil: undefined }),
      restartPolicy: fc.option(few, { nil: undefined }),
      hostNetwork: fc.boolean(),
      hostPID: fc.boolean(),
      hostIPC: fc.boolean(),
    }),
  });
  /** One pod, and others that differ from it in one thing each. */
  const alike = fc
    .tuple(anyone, anyone)
    .map(([one, other]): readonly Newcomer[] => [
      one,
      ...Object.entries(other).map(([field, value]) => ({ ...one, [field]: value })),
      ...Object.entries(other.spec).map(([field, value]) => ({ ...one, spec: { ...one.spec, [field]: value } })),
    ]);
  test.each([
    "request.namespace == 'a'",
    "object.metadata.namespace == 'a'",
    "object.metadata.labels['a'] == 'a'",
    "object.metadata.annotations['a'] == 'a'",
    ...["apiVersion", "kind", "name", "uid"].map((field) => `object.metadata.ownerReferences.exists(o, o.${field} == 'a')`),
    "object.metadata.ownerReferences.exists(o, has(o.controller))",
    ...["schedulerName", "serviceAccountName", "runtimeClassName", "restartPolicy"].map((field) => `object.spec.${field} == 'a'`),
    ...["hostNetwork", "hostPID", "hostIPC"].map((field) => `has(object.spec.${field})`),
  ])("and no others: %s", (expression) =>
    fc.assert(
      fc.property(alike, (all) => {
        const asked = compiled([{ name: "c", expression }]);
        for (const each of all) expect(asked(each)).toEqual([truth(expression, each)]);
      }),
      { numRuns: 30 },
    ),
  );
});
