import { describe, expect, it } from "vitest";
import type { LabelChange, Remedy, TemplateOwner } from "../../../../kernel/types/index.ts";
import { until } from "../../parts/process.ts";
import { apps, type Changed, type Field, type Live, otherUid, plural, space, wish, writerOf } from "./field.ts";

/** Merge patches of pod templates: the restart's mark, and the label. */
export function templates(field: Field): void {
  const { as, nameOf, get, podsOf, allReady, hands, permit, target } = field;
  describe("patches of a template", () => {
    const restart = async (change: Changed = {}): Promise<Remedy<"rollout-restart">> => ({
      kind: "rollout-restart",
      why: "a test",
      target: await target("Deployment", `${apps}/deployments/web`, change),
    });
    const label = async (
      kind: TemplateOwner,
      name: string,
      set: LabelChange,
      change: Changed = {},
    ): Promise<Remedy<"label-pod-template">> => ({
      kind: "label-pod-template",
      why: "a test",
      target: await target(kind, `${apps}/${plural[kind]}/${name}`, change),
      set,
    });
    const rollout = () => hands("rollout-restart", writerOf.rollouts);
    const template = () => hands("label-pod-template", writerOf.rollouts);
    const settled = () =>
      until("the rollout is over", 30, async () => {
        const { status, metadata } = (await get(`${apps}/deployments/web`)) as Live & { status: Record<string, number> };
        return (
          status.observedGeneration === metadata.generation &&
          status.updatedReplicas === 3 &&
          status.replicas === 3 &&
          status.availableReplicas === 3
        );
      });

    it("rehearses without a trace", async () => {
      await settled();
      const before = await get(`${apps}/deployments/web`);
      expect(await rollout().rehearse(await restart())).toEqual({
        effect: "applied",
        says: `deployment/web in namespace ${space} restarts`,
      });
      expect(await template().rehearse(await label("Deployment", "web", wish))).toMatchObject({ effect: "applied" });
      expect((await get(`${apps}/deployments/web`)).metadata).toEqual(before.metadata);
    });

    it("refuses an object that has changed since it was read (409)", async () => {
      const changed = {
        effect: "refused",
        says: `deployment/web in namespace ${space} has changed since it was read; nothing was written`,
      };
      expect(await rollout().write(permit(await restart({ resourceVersion: "1" })))).toEqual(changed);
      expect(await template().write(permit(await label("Deployment", "web", wish, { resourceVersion: "1" })))).toEqual(changed);
      const body = { metadata: { resourceVersion: "1" } };
      const reply = await as("rollout-workload").send({
        method: "PATCH",
        path: `${apps}/deployments/web`,
        type: "application/merge-patch+json",
        body,
      });
      expect([reply.status, JSON.parse(reply.body)]).toEqual([
        409,
        {
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message:
            'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
          reason: "Conflict",
          details: { name: "web", group: "apps", kind: "deployments" },
          code: 409,
        },
      ]);
    });

    it("touches no other object of the name: another uid is not there any more (422)", async () => {
      const gone = { effect: "not-found", says: expect.stringContaining(`with uid ${otherUid.uid} is not there any more`) };
      expect(await rollout().rehearse(await restart(otherUid))).toEqual(gone);
      expect(await rollout().write(permit(await restart(otherUid)))).toEqual(gone);
      expect(await template().write(permit(await label("StatefulSet", "free", wish, otherUid)))).toEqual(gone);
    });

    it("says that an absent object is not there", async () => {
      const { target: own, ...rest } = await restart();
      expect(await rollout().write(permit({ ...rest, target: { ...own, name: "none" } }))).toMatchObject({ effect: "not-found" });
    });

    it("calls a label invalid that is (422)", async () => {
      const remedy = await label("Deployment", "web", { ...wish, to: "not a label's value" });
      expect(await template().write(permit(remedy))).toEqual({
        effect: "refused",
        says: expect.stringMatching(
          /^the API server calls it invalid \(422\): Deployment\.apps "web" is invalid: spec\.template\.labels: Invalid value: "not a label's value"/,
        ),
      });
    });

    it("is not for the hands of another capability", async () => {
      expect(await hands("rollout-restart", writerOf.evictions).write(permit(await restart()))).toEqual({
        effect: "refused",
        says: `our role, or an admission policy, does not allow it (403): deployments.apps "web" is forbidden: User "${nameOf(writerOf.evictions)}" cannot patch resource "deployments" in API group "apps" in the namespace "${space}"`,
      });
    });

    it("restarts a rollout, once, and knows its own restart again", async () => {
      const before = (await podsOf("web")).map(({ metadata }) => metadata.uid);
      const own = permit(await restart());
      expect(await rollout().write(own)).toMatchObject({ effect: "applied" });
      expect(await rollout().reconcile(own)).toMatchObject({ effect: "applied" });
      expect(await rollout().write(own)).toMatchObject({ effect: "refused" });
      expect((await get(`${apps}/deployments/web`)).metadata.generation).toBe(2);
      await settled();
      await allReady("web", 3);
      expect((await podsOf("web")).filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
    });

    it.each([["Deployment", "web"] as const, ["StatefulSet", "free"] as const])(
      "sets a label in the template of a %s, and takes it back",
      async (kind, name) => {
        if (kind === "Deployment") await settled();
        const labels = async () => (await get(`${apps}/${plural[kind]}/${name}`)).spec?.template?.metadata.labels;
        const set = permit(await label(kind, name, wish));
        expect(await template().write(set)).toMatchObject({ effect: "applied" });
        expect(await labels()).toEqual({ app: name, [wish.key]: "enabled" });
        expect(await template().reconcile(set)).toMatchObject({ effect: "applied" });
        expect(await template().write(permit(await label(kind, name, wish)))).toMatchObject({ effect: "already-so" });
        expect(await template().rehearse(await label(kind, name, { ...wish, from: "other", to: "off" }))).toMatchObject({
          effect: "refused",
        });
        const back = () => label(kind, name, { key: wish.key, from: "enabled", to: null });
        await until(
          "it is taken back between two changes of status",
          10,
          async () => (await template().write(permit(await back()))).effect === "applied",
        );
        expect(await labels()).toEqual({ app: name });
      },
    );
  });
}
