import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deployment, namespace } from "../../local/world/incidents/manifests.ts";
import { Store } from "../../local/world/kubernetes/store.ts";

const by = { manager: "tester" };
const checkout = { namespace: "payments", name: "checkout" };

function aStore(): Store {
  const store = new Store(() => Date.parse("2026-05-04T12:00:00.900Z"));
  store.create(namespace("payments"), by);
  return store;
}

describe("the store", () => {
  it("gives every write a higher resourceVersion, and never the same uid", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(names, (all) => {
        const store = aStore();
        const made = all.map((name) => store.create<"Deployment">(deployment({ namespace: "payments", name }), by));
        const versions = made.map(({ metadata }) => Number(metadata.resourceVersion));
        expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
        expect(new Set(made.map(({ metadata }) => metadata.uid)).size).toBe(all.length);
        expect(store.list("Deployment").map(({ metadata }) => metadata.name)).toEqual([...all].sort());
      }),
      { numRuns: 30 },
    );
  });

  it("counts changes of the spec, not of labels", () => {
    const store = aStore();
    const first = store.create<"Deployment">(deployment(checkout), by);
    const labelled = store.update(first, ({ metadata }) => Object.assign(metadata, { labels: { a: "b" } }), by);
    const scaled = store.update(labelled, ({ spec }) => Object.assign(spec, { replicas: 9 }), by);
    expect([first, labelled, scaled].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2]);
  });

  it("writes nothing where nothing changes", () => {
    const store = aStore();
    const first = store.create<"Deployment">(deployment(checkout), by);
    const same = store.update(first, ({ spec }) => Object.assign(spec, { replicas: first.spec.replicas }), { manager: "another" });
    expect(same).toBe(first);
    expect(String(store.revision)).toBe(first.metadata.resourceVersion);
  });

  it("answers a dry run as the write, and keeps what was there", () => {
    const store = aStore();
    const first = store.create<"Deployment">(deployment(checkout), by);
    const tried = store.update(first, ({ spec }) => Object.assign(spec, { replicas: 9 }), by, true);
    expect(tried.spec.replicas).toBe(9);
    expect(tried.metadata).toMatchObject({ generation: 2, resourceVersion: first.metadata.resourceVersion });
    expect(store.get("Deployment", "checkout", "payments")).toBe(first);
  });

  it("knows who set which field last", () => {
    const store = aStore();
    const first = store.create<"Deployment">(deployment(checkout), { manager: "helm" });
    const key = "example.test/touched";
    const touched = store.update(first, ({ spec }) => Object.assign(spec.template.metadata, { annotations: { [key]: "1" } }), by);
    const scaled = store.update(touched, ({ spec }) => Object.assign(spec, { replicas: 5 }), by);
    const fields = Object.fromEntries((scaled.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));
    const own = { "f:replicas": {}, "f:template": { "f:metadata": { "f:annotations": { [`f:${key}`]: {} } } } };
    expect(fields.tester).toEqual({ "f:spec": own });
    expect(fields.helm?.["f:spec"]).not.toHaveProperty("f:replicas");
    expect(fields.helm?.["f:spec"]).toHaveProperty("f:selector");
    const undone = store.update(scaled, ({ spec }) => delete spec.template.metadata.annotations, { manager: "third" });
    expect(undone.metadata.managedFields?.find(({ manager }) => manager === "tester")?.fieldsV1).toEqual({
      "f:spec": { "f:replicas": {} },
    });
  });

  it("hands out what nobody can change", () => {
    const made = aStore().create<"Deployment">(deployment(checkout), by);
    expect(() => Object.assign(made.spec.template.spec, { hostNetwork: true })).toThrow(TypeError);
  });
});
