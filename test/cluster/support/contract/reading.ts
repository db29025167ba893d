import { describe, expect, it } from "vitest";
import { apps, core, type Field, type Live, space } from "./field.ts";

/** Objects and lists, whole, selected and in pages. */
export function reading(field: Field): void {
  const { read, raw, podsOf } = field;
  describe("reading objects and lists", () => {
    it("gives an object with what we go by", async () => {
      expect(await read(`${apps}/deployments/web`)).toEqual({
        state: "observed",
        value: expect.objectContaining({
          kind: "Deployment",
          apiVersion: "apps/v1",
          metadata: expect.objectContaining({
            name: "web",
            namespace: space,
            uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
            resourceVersion: expect.stringMatching(/^\d+$/),
            generation: 1,
            creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            managedFields: expect.any(Array),
          }),
        }),
      });
    });

    it("says of an absent object that it is not there, also in a namespace that is not there", async () => {
      const absent = { state: "observed", value: null };
      for (const path of [
        `${apps}/deployments/none`,
        `${core}/pods/none`,
        "/api/v1/namespaces/none",
        "/api/v1/nodes/none",
        "/api/v1/namespaces/none/pods/none",
        "/api/v1/namespaces/none/services/none",
        "/apis/storage.k8s.io/v1/csinodes/none",
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/none",
        `/apis/batch/v1/namespaces/${space}/jobs/none`,
      ])
        expect([path, await read(path)]).toEqual([path, absent]);
    });

    it("answers an absent object in the API's own words", async () => {
      expect(await raw("reader", `${apps}/deployments/none`)).toEqual({
        status: 404,
        body: {
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: 'deployments.apps "none" not found',
          reason: "NotFound",
          details: { name: "none", group: "apps", kind: "deployments" },
          code: 404,
        },
      });
    });

    const names = async (path: string) => {
      const reading = await read(path);
      if (reading.state === "unavailable") return reading.reason;
      const { items } = reading.value as { items: Live[] };
      return items.map(({ metadata }) => metadata.name.replace(/-[0-9a-z]+-[0-9a-z]{5}$/, "")).sort();
    };

    it.each([
      ["app=db", ["db-0", "db-1"]],
      ["app==db", ["db-0", "db-1"]],
      ["app in (db,free)", ["db-0", "db-1", "free-0", "free-1"]],
      ["app notin (db,free)", ["web", "web", "web"]],
      ["app!=web,app!=free", ["db-0", "db-1"]],
      ["app,!nothing", ["db-0", "db-1", "free-0", "free-1", "web", "web", "web"]],
      ["!app", []],
    ])("selects by labels: %s", async (selector, expected) => {
      expect(await names(`${core}/pods?labelSelector=${encodeURIComponent(selector)}`)).toEqual(expected);
    });

    it("selects by fields", async () => {
      const [pod] = await podsOf("db");
      const node = encodeURIComponent(`spec.nodeName=${pod?.spec?.nodeName}`);
      const there = await names(`${core}/pods?fieldSelector=${node}`);
      expect(there).toContain(pod?.metadata.name);
      expect(await names(`${core}/pods?fieldSelector=${encodeURIComponent("metadata.name=db-1")}`)).toEqual(["db-1"]);
      expect(await names(`${core}/events?fieldSelector=${encodeURIComponent("involvedObject.uid=none")}`)).toEqual([]);
      expect(await names(`${core}/pods?fieldSelector=${encodeURIComponent("spec.nonsense=1")}`)).toBe(
        `the pods in namespace ${space} cannot be read: the API server refused the question (400)`,
      );
    });

    it("gives items without kind, and the list with it", async () => {
      const { body } = await raw("reader", `${core}/pods?labelSelector=app%3Ddb`);
      expect(body).toMatchObject({ kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } });
      for (const item of (body as { items: Live[] }).items) expect(Object.keys(item).sort()).toEqual(["metadata", "spec", "status"]);
    });

    it("gives lists in pages, which the reader joins", async () => {
      expect(await raw("reader", `${core}/pods?limit=3`)).toMatchObject({
        status: 200,
        body: { metadata: { continue: expect.any(String), remainingItemCount: 4 }, items: { length: 3 } },
      });
      const whole = await names(`${core}/pods`);
      expect(whole).toHaveLength(7);
      expect(await names(`${core}/pods?limit=3`)).toEqual(whole);
    });

    it("refuses a continuation that is none", async () => {
      expect(await raw("reader", `${core}/pods?limit=3&continue=nonsense`)).toMatchObject({
        status: 400,
        body: { reason: "BadRequest" },
      });
    });

    it("gives an empty list for what is not there", async () => {
      expect(await names(`/apis/policy/v1/namespaces/other/poddisruptionbudgets`)).toEqual([]);
      expect(await names("/api/v1/namespaces/none/pods")).toEqual([]);
    });
  });
}
