import { describe, expect, it } from "vitest";
import type { LabelChange, Remedy } from "../../../../kernel/types/index.ts";
import { type Changed, type Field, otherUid, wish, writerOf } from "./field.ts";

/** Merge patches of a namespace's label. */
export function namespaces(field: Field): void {
  const { as, nameOf, get, hands, permit, target } = field;
  describe("patches of a namespace", () => {
    const label = async (set: LabelChange, change: Changed = {}): Promise<Remedy<"label-namespace">> => ({
      kind: "label-namespace",
      why: "a test",
      target: await target("Namespace", "/api/v1/namespaces/other", change),
      set,
    });
    const own = () => hands("label-namespace", writerOf.namespaces);
    const labels = async () => (await get("/api/v1/namespaces/other")).metadata.labels;

    it("rehearses without a trace", async () => {
      const before = await get("/api/v1/namespaces/other");
      expect(await own().rehearse(await label(wish))).toMatchObject({ effect: "applied" });
      expect((await get("/api/v1/namespaces/other")).metadata).toEqual(before.metadata);
    });

    it("refuses what has changed, and finds no other of the name", async () => {
      expect(await own().write(permit(await label(wish, { resourceVersion: "1" })))).toMatchObject({ effect: "refused" });
      expect(await own().write(permit(await label(wish, otherUid)))).toMatchObject({ effect: "not-found" });
      const { target: real, ...rest } = await label(wish);
      expect(await own().write(permit({ ...rest, target: { ...real, name: "none" } }))).toMatchObject({ effect: "not-found" });
    });

    it("answers another uid with 422 where the version agrees", async () => {
      const { metadata } = await get("/api/v1/namespaces/other");
      const reply = await as("label-namespace").send({
        method: "PATCH",
        path: "/api/v1/namespaces/other?dryRun=All",
        type: "application/merge-patch+json",
        body: { metadata: { resourceVersion: metadata.resourceVersion, ...otherUid } },
      });
      expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
        expect.toBeOneOf([409, 422]),
        { kind: "Status", status: "Failure", details: { name: "other" } },
      ]);
    });

    it("is not for the hands of another capability", async () => {
      expect(await hands("label-namespace", writerOf.rollouts).write(permit(await label(wish)))).toEqual({
        effect: "refused",
        says: `our role, or an admission policy, does not allow it (403): namespaces "other" is forbidden: User "${nameOf(writerOf.rollouts)}" cannot patch resource "namespaces" in API group "" in the namespace "other"`,
      });
    });

    it("sets one label, leaves the others, and takes it back", async () => {
      const before = await labels();
      const set = permit(await label(wish));
      expect(await own().write(set)).toMatchObject({ effect: "applied" });
      expect(await labels()).toEqual({ ...before, [wish.key]: "enabled" });
      expect(await own().reconcile(set)).toMatchObject({ effect: "applied" });
      expect(await own().write(permit(await label({ key: wish.key, from: "enabled", to: null })))).toMatchObject({ effect: "applied" });
      expect(await labels()).toEqual(before);
    });
  });
}
