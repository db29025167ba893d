import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gaps, sufficient, withWish } from "../../../runbook/kubernetes/missing-labels.ts";
import { entries, wouldMutate } from "../../../runbook/kubernetes/mutation.ts";
import { asCreated } from "../../../runbook/kubernetes/newcomer.ts";
import { pod } from "../../../runbook/kubernetes/objects-pod.ts";
import { webhookConfiguration } from "../../../runbook/kubernetes/objects-webhook.ts";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import { aPod, aWebhook, aWebhookEntry, type Change, label } from "../../support/objects.ts";

const configured = (...webhooks: readonly Change[]) => entries(reader(webhookConfiguration)(aWebhook({ webhooks })));
const created = (labels: Readonly<Record<string, string>> = { [label]: "enabled" }) =>
  asCreated(reader(pod)(aPod({ metadata: { labels } })));
const asked = (entry: Change, labels?: Readonly<Record<string, string>>, namespace: Readonly<Record<string, string>> = {}) =>
  wouldMutate(configured(aWebhookEntry(entry)), created(labels), namespace);
const rule = (change: Change) => ({
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], ...change }],
});

describe("would the webhook be asked about a new pod", () => {
  test("a configuration is made ready once, however often prose runs again", () => {
    const configuration = reader(webhookConfiguration)(aWebhook());
    expect(entries(configuration)[0]).toBe(entries(configuration)[0]);
  });

  test("as the vendor installs it: yes with the label, no without", () => {
    expect(asked({})).toEqual({ is: "yes", webhook: "inject.spirl.com" });
    expect(asked({}, {})).toMatchObject({ is: "no", because: "objectSelector", says: `its objectSelector asks for ${label}=enabled` });
  });

  test.each<[string, Change, "yes" | "no"]>([
    [
      "every group, version, operation and resource",
      rule({ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"] }),
      "yes",
    ],
    ["pods and their subresources", rule({ resources: ["pods/*"] }), "yes"],
    ["all resources", rule({ resources: ["*"] }), "yes"],
    ["among others", rule({ resources: ["services", "pods"], operations: ["UPDATE", "CREATE"] }), "yes"],
    ["any scope", rule({ scope: "*" }), "yes"],
    ["only a subresource of pods", rule({ resources: ["pods/ephemeralcontainers", "*/status"] }), "no"],
    ["only updates", rule({ operations: ["UPDATE"] }), "no"],
    ["another group", rule({ apiGroups: ["apps"] }), "no"],
    ["another version", rule({ apiVersions: ["v1beta1"] }), "no"],
    ["only what is in no namespace", rule({ scope: "Cluster" }), "no"],
    ["owners instead of pods", rule({ apiGroups: ["apps"], resources: ["deployments"] }), "no"],
    ["no rules", { rules: [] }, "no"],
  ])("rules: %s", (_what, entry, is) => {
    expect(asked(entry)).toMatchObject(is === "no" ? { is, because: "rules" } : { is });
  });

  test("an absent selector is the empty one", () => {
    expect(asked({ objectSelector: undefined, namespaceSelector: undefined }, {})).toMatchObject({ is: "yes" });
  });

  test("the namespace's labels count for the namespaceSelector alone", () => {
    const entry = {
      namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system"] }] },
    };
    expect(asked(entry, undefined, { "kubernetes.io/metadata.name": "payments" })).toMatchObject({ is: "yes" });
    expect(asked(entry, undefined, { "kubernetes.io/metadata.name": "kube-system" })).toMatchObject({
      is: "no",
      because: "namespaceSelector",
    });
    expect(asked(entry, undefined, {})).toMatchObject({ is: "yes" });
    expect(asked({ namespaceSelector: { matchLabels: { a: "b" } } }, { [label]: "enabled", a: "b" })).toMatchObject({
      is: "no",
      because: "namespaceSelector",
    });
  });

  test("one condition that is false decides, also beside one that cannot be told", () => {
    const user = { name: "user", expression: "request.userInfo.username != 'x'" };
    const never = { name: "never", expression: "request.namespace == 'other'" };
    const always = { name: "always", expression: "request.namespace == 'payments'" };
    expect(asked({ matchConditions: [always] })).toMatchObject({ is: "yes" });
    expect(asked({ matchConditions: [always, user] })).toMatchObject({ is: "unknown", says: expect.stringContaining("condition user") });
    expect(asked({ matchConditions: [user, never] })).toMatchObject({
      is: "no",
      because: "matchConditions",
      says: "its match condition never is false",
    });
    expect(asked({ matchConditions: [user] }, {})).toMatchObject({ is: "no", because: "objectSelector" });
  });

  test("of several entries one is enough, and one that cannot be told keeps a no from being one", () => {
    const [no, yes] = [aWebhookEntry({ name: "no", objectSelector: { matchLabels: { never: "x" } } }), aWebhookEntry({ name: "yes" })];
    const unknown = aWebhookEntry({ name: "unknown", matchConditions: [{ name: "u", expression: "request.userInfo.uid == ''" }] });
    const other = aWebhookEntry({ name: "other", ...rule({ resources: ["secrets"] }) });
    expect(wouldMutate(configured(no, unknown, yes), created(), {})).toEqual({ is: "yes", webhook: "yes" });
    expect(wouldMutate(configured(no, unknown), created(), {})).toMatchObject({ is: "unknown", webhook: "unknown" });
    expect(wouldMutate(configured(other, no), created(), {})).toMatchObject({ is: "no", webhook: "no" });
    expect(wouldMutate([], created(), {})).toMatchObject({ is: "no", because: "rules" });
  });
});

describe("which single label would be enough", () => {
  const wishes = (entry: Change, labels: Readonly<Record<string, string>> = {}, namespace: Readonly<Record<string, string>> = {}) =>
    sufficient(configured(aWebhookEntry(entry)), created(labels), namespace);
  const expression = (...matchExpressions: readonly Change[]) => ({ objectSelector: { matchLabels: undefined, matchExpressions } });

  test("one of matchLabels, one of In, any for Exists", () => {
    expect(wishes({})).toEqual([{ on: "pod", key: label, value: "enabled" }]);
    expect(wishes(expression({ key: "spiffe", operator: "In", values: ["yes"] }))).toEqual([{ on: "pod", key: "spiffe", value: "yes" }]);
    expect(wishes(expression({ key: "spiffe", operator: "Exists" }))).toEqual([{ on: "pod", key: "spiffe", value: "enabled" }]);
    expect(wishes({ objectSelector: undefined, namespaceSelector: { matchLabels: { a: "b" } } })).toEqual([
      { on: "namespace", key: "a", value: "b" },
    ]);
    expect(wishes(expression({ key: "a", operator: "In", values: ["b"] }, { key: "a", operator: "Exists" }))).toEqual([
      { on: "pod", key: "a", value: "b" },
    ]);
  });

  test.each<[string, Change, Readonly<Record<string, string>>?]>([
    ["two labels are missing", { objectSelector: { matchLabels: { [label]: "enabled", team: "a" } } }],
    ["the namespace's is missing, too", { namespaceSelector: { matchLabels: { team: "a" } } }],
    ["any of several values would do", expression({ key: "spiffe", operator: "In", values: ["yes", "on"] })],
    ["it is there with another value", {}, { [label]: "disabled" }],
    [
      "the pod is excluded besides",
      expression({ key: label, operator: "In", values: ["enabled"] }, { key: "app", operator: "DoesNotExist" }),
      { app: "web" },
    ],
    ["a condition is false with the label, too", { matchConditions: [{ name: "no", expression: "request.namespace == 'other'" }] }],
    ["whether a condition is true cannot be told", { matchConditions: [{ name: "u", expression: "request.userInfo.username == 'x'" }] }],
    [
      "the label is Kubernetes' own",
      { objectSelector: { matchLabels: { [label]: undefined, "pod-security.kubernetes.io/enforce": "privileged" } } },
    ],
    ["no rule is about pods", rule({ resources: ["secrets"] })],
    ["nothing is missing", {}, { [label]: "enabled" }],
  ])("none, where %s", (_what, entry, labels) => {
    expect(wishes(entry, labels)).toEqual([]);
  });

  test("a condition may ask for the same label", () => {
    const entry = { matchConditions: [{ name: "c", expression: `has(object.metadata.labels) && '${label}' in object.metadata.labels` }] };
    expect(wishes(entry, { app: "web" })).toEqual([{ on: "pod", key: label, value: "enabled" }]);
  });

  test("either of two entries: both are named, for a person to choose", () => {
    const of = configured(
      aWebhookEntry({ name: "a" }),
      aWebhookEntry({ name: "b", objectSelector: undefined, namespaceSelector: { matchLabels: { ns: "on" } } }),
    );
    expect(sufficient(of, created({}), {})).toEqual([
      { on: "pod", key: label, value: "enabled" },
      { on: "namespace", key: "ns", value: "on" },
    ]);
  });

  test("nothing is missing where another entry is asked already, and nothing can be said while one cannot be told", () => {
    const all = aWebhookEntry({ name: "all", objectSelector: undefined });
    const user = { ...all, matchConditions: [{ name: "u", expression: "request.userInfo.username == 'x'" }] };
    expect(gaps(configured(aWebhookEntry(), all), created({}), {})).toEqual([]);
    expect(gaps(configured(aWebhookEntry(), user), created({}), {})).toEqual([]);
    expect(gaps(configured(aWebhookEntry()), created({}), {})).toHaveLength(1);
  });

  const key = fc.constantFrom("a", "b", label);
  const value = fc.constantFrom("x", "enabled");
  const labels = fc.dictionary(key, value, { maxKeys: 2 });
  const requirement = fc.oneof(
    fc.record({ key, operator: fc.constantFrom("In", "NotIn"), values: fc.uniqueArray(value, { minLength: 1 }) }),
    fc.record({ key, operator: fc.constantFrom("Exists", "DoesNotExist") }),
  );
  const selector = fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 2 }) });
  const entry = fc.record({ objectSelector: selector, namespaceSelector: selector });

  test("whatever is asked for: each wish was not there before, and is enough by itself", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 2 }), labels, labels, (list, onPod, onNamespace) => {
        const of = configured(...list.map((each, index) => ({ ...aWebhookEntry(), ...each, name: `w${index}` })));
        for (const wish of sufficient(of, created(onPod), onNamespace)) {
          expect(Object.keys(wish.on === "pod" ? onPod : onNamespace)).not.toContain(wish.key);
          expect(withWish(of, created(onPod), onNamespace, wish).is).toBe("yes");
          expect(wouldMutate(of, created(onPod), onNamespace).is).toBe("no");
        }
      }),
    );
  });

  test("a gap is where labels alone are in the way: with all of them the answer is yes, and without a gap no label helps", () => {
    fc.assert(
      fc.property(entry, labels, labels, (each, onPod, onNamespace) => {
        const of = configured({ ...aWebhookEntry(), ...each });
        const found = gaps(of, created(onPod), onNamespace);
        if (wouldMutate(of, created(onPod), onNamespace).is === "yes") expect(found).toEqual([]);
        if (found.length === 0) expect(sufficient(of, created(onPod), onNamespace)).toEqual([]);
      }),
    );
  });
});
