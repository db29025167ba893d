import { describe, expect, it } from "vitest";
import { reads } from "../../../../runbook/queries/permissions.ts";
import { core, type Field, space } from "./field.ts";

/** What the roles of `ops/` let a user do, and how a refusal sounds. */
export function permissions(field: Field): void {
  const { as, read, raw } = field;
  describe("who may what", () => {
    const paths = (resource: string, group: string, one: boolean) => {
      const [kind = "", sub] = resource.split("/");
      const clusterWide = ["namespaces", "nodes", "csinodes", "mutatingwebhookconfigurations"].includes(kind);
      const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
      return `${root}${clusterWide ? "" : `/namespaces/${space}`}/${kind}${one ? "/none" : ""}${sub ? `/${sub}` : ""}`;
    };

    it.each(reads)("lets the reader $verb $resource, and nobody else without a role", async ({ group, resource, verb }) => {
      const path = paths(resource, group, verb === "get");
      expect((await as("reader").get(path)).status).toBe(verb === "get" ? 404 : 200);
      expect((await as("evict-workload").get(path)).status).toBe(verb === "get" ? 404 : 200);
      expect((await as("nobody").get(path)).status).toBe(403);
    });

    const closed = reads.filter(({ resource, group, verb }) => {
      const other = verb === "get" ? "list" : "get";
      return !resource.includes("/") && !reads.some((one) => one.resource === resource && one.group === group && one.verb === other);
    });
    it.each([
      ...closed.map(({ group, resource, verb }) => paths(resource, group, verb !== "get")),
      `${core}/secrets`,
      `${core}/configmaps`,
    ])("keeps the reader from %s", async (path) => {
      expect((await as("reader").get(path)).status).toBe(403);
    });

    it("refuses with 403 in the API's own words", async () => {
      expect(await raw("nobody", `${core}/pods/none`)).toEqual({
        status: 403,
        body: {
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: `pods "none" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "${space}"`,
          reason: "Forbidden",
          details: { name: "none", kind: "pods" },
          code: 403,
        },
      });
      expect(await read(`${core}/pods`, "nobody")).toEqual({
        state: "unavailable",
        reason: `the pods in namespace ${space} may not be read: our role lacks "list" on pods (403)`,
      });
    });

    it("refuses with 401 who is not known", async () => {
      expect(await raw("stranger", `${core}/pods`)).toEqual({
        status: 401,
        body: {
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: "Unauthorized",
          reason: "Unauthorized",
          code: 401,
        },
      });
      expect(await read(`${core}/pods`, "stranger")).toEqual({
        state: "unavailable",
        reason: `the pods in namespace ${space} cannot be read: the API server does not accept our credentials (401)`,
      });
    });

    it("lets nobody read what is not served", async () => {
      expect(await read("/apis/nonsense.example/v1/things")).toEqual({
        state: "unavailable",
        reason: 'the things may not be read: our role lacks "list" on things (403)',
      });
    });
  });
}
