import { describe, expect, it } from "vitest";
import type { Remedy, Uid } from "../../../../kernel/types/index.ts";
import { until } from "../../parts/process.ts";
import { type Changed, core, type Field, otherUid, space, writerOf } from "./field.ts";

/** Evictions: rehearsed, refused, done, and looked for afterwards. */
export function evictions(field: Field): void {
  const { as, maybe, nameOf, get, hands, permit, target } = field;
  describe("evictions", () => {
    const eviction = async (pod: string, change: Changed = {}): Promise<Remedy<"evict-pod">> => ({
      kind: "evict-pod",
      why: "a test",
      target: await target("Pod", `${core}/pods/${pod}`, change),
      owner: { kind: "StatefulSet", name: pod.replace(/-\d$/, ""), uid: "u" as Uid },
    });
    const evict = () => hands("evict-pod", writerOf.evictions);

    it("rehearses without a trace", async () => {
      const before = await get(`${core}/pods/free-0`);
      expect(await evict().rehearse(await eviction("free-0"))).toEqual({
        effect: "applied",
        says: `pod/free-0 in namespace ${space} is evicted`,
      });
      expect((await get(`${core}/pods/free-0`)).metadata).toEqual(before.metadata);
    });

    it("answers 201 with a Status that says so", async () => {
      const { uid } = (await get(`${core}/pods/free-0`)).metadata;
      const metadata = { name: "free-0", namespace: space };
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions: { preconditions: { uid } } };
      const path = `${core}/pods/free-0/eviction?dryRun=All`;
      const reply = await as("evict-workload").send({ method: "POST", path, type: "application/json", body });
      expect({ ...reply, body: JSON.parse(reply.body) as unknown }).toEqual({
        status: 201,
        body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
      });
    });

    it("touches no other pod of the name: another uid is not there any more", async () => {
      const remedy = await eviction("free-0", otherUid);
      const gone = { effect: "not-found", says: expect.stringContaining(`pod/free-0 in namespace ${space} with uid ${otherUid.uid}`) };
      expect(await evict().rehearse(remedy)).toEqual(gone);
      expect(await evict().write(permit(remedy))).toEqual(gone);
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "free-0", namespace: space } };
      const path = `${core}/pods/free-0/eviction`;
      const reply = await as("evict-workload").send({
        method: "POST",
        path,
        type: "application/json",
        body: { ...body, deleteOptions: { preconditions: otherUid } },
      });
      expect([reply.status, JSON.parse(reply.body)]).toMatchObject([409, { kind: "Status", reason: "Conflict" }]);
    });

    it("refuses a pod that has changed since it was read", async () => {
      const remedy = await eviction("free-0", { resourceVersion: "1" });
      expect(await evict().write(permit(remedy))).toEqual({
        effect: "refused",
        says: `pod/free-0 in namespace ${space} has changed since it was read; nothing was written`,
      });
    });

    it("refuses where a disruption budget forbids it, in a rehearsal too", async () => {
      await until("the budget is counted", 20, async () => {
        const { status } = await get(`/apis/policy/v1/namespaces/${space}/poddisruptionbudgets/db`);
        return status?.disruptionsAllowed === 0;
      });
      const remedy = await eviction("db-0");
      const refused = {
        effect: "refused",
        says: "the API server will not do it now (429): Cannot evict pod as it would violate the pod's disruption budget: The disruption budget db needs 2 healthy pods and has 2 currently",
      };
      expect(await evict().rehearse(remedy)).toEqual(refused);
      expect(await evict().write(permit(remedy))).toEqual(refused);
      expect(await evict().reconcile(permit(remedy))).toMatchObject({ effect: "not-applied" });
    });

    it("says that an absent pod is not there", async () => {
      const remedy = await eviction("free-0");
      const absent = { ...remedy, target: { ...remedy.target, name: "none" } };
      expect(await evict().write(permit(absent))).toMatchObject({ effect: "not-found" });
      expect(await evict().reconcile(permit(absent))).toMatchObject({ effect: "applied" });
    });

    it("is not for the hands of another capability", async () => {
      expect(await hands("evict-pod", writerOf.rollouts).write(permit(await eviction("free-1")))).toEqual({
        effect: "refused",
        says: `our role, or an admission policy, does not allow it (403): pods "free-1" is forbidden: User "${nameOf(writerOf.rollouts)}" cannot create resource "pods/eviction" in API group "" in the namespace "${space}"`,
      });
    });

    it("evicts, and another pod comes under the name", async () => {
      const remedy = await eviction("free-1");
      expect(await evict().write(permit(remedy))).toEqual({ effect: "applied", says: `pod/free-1 in namespace ${space} is evicted` });
      await until("another pod has the name", 20, async () => {
        const live = await maybe(`${core}/pods/free-1`);
        return live !== undefined && live.metadata.uid !== remedy.target.uid;
      });
      expect(await evict().reconcile(permit(remedy))).toMatchObject({ effect: "applied" });
      expect(await evict().write(permit(remedy))).toMatchObject({ effect: "not-found" });
    });
  });
}
