import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { keepInForce } from "../../../local/commands/in-force.ts";
import { places } from "../../../local/places.ts";
import { nonce, opened, openingOf } from "../../support/ledger-values.ts";
import { acceptedWrites, aFolder, aPolicy, aSession, aWorld, cli, noStack } from "./support.ts";

/** An incident that waits for an answer: a label grants identity, so a person is asked. */
async function anApproval() {
  const { world } = await aWorld("template-unlabelled");
  const session = await aSession(world);
  const id = await session.fire();
  const { plan } = await session.told("asked");
  return { world, id, plan, ...session };
}
const lastAnswer = ({ records }: Pick<Awaited<ReturnType<typeof anApproval>>, "records">) =>
  records.filter(({ type }) => type === "answered");

describe("approve and decline, while remediator start runs in another process", () => {
  it("says what was approved; the running process takes it up and proves it", async () => {
    const waits = await anApproval();
    const { code, out, err } = await cli("approve", waits.id.slice(0, 20), "--data", waits.data);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(
      /^approved by terminal:\S+: label-pod-template Deployment payments\/checkout k8s\.spirl\.com\/spiffe-csi=enabled$/m,
    );
    expect(err).toContain(`plan: ${waits.plan}`);
    expect(err).toContain(`incident: ${waits.id}`);
    expect(err).not.toContain("nothing runs");
    expect(await waits.told("closed")).toMatchObject({ result: "proved" });
    expect(lastAnswer(waits)).toMatchObject([{ yes: true, who: expect.stringMatching(/^terminal:/), plan: waits.plan }]);
    expect(acceptedWrites(waits.world)).toHaveLength(1);
  });

  it("declines: nothing is written, and people take over", async () => {
    const waits = await anApproval();
    expect(await cli("decline", waits.id, "--data", waits.data)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^declined by terminal:/),
    });
    expect(await waits.told("closed")).toMatchObject({ result: "declined" });
    expect(acceptedWrites(waits.world)).toEqual([]);
  });

  it("answers only the plan that was shown, by its first digits; and only once", async () => {
    const waits = await anApproval();
    const other = waits.plan.startsWith("0") ? "1".repeat(12) : "0".repeat(12);
    expect(await cli("approve", waits.id, "--plan", other, "--data", waits.data)).toMatchObject({
      code: 1,
      err: "refused: the plan has changed since it was shown: look at it again\n",
    });
    expect(await cli("approve", waits.id, "--plan", "abc", "--data", waits.data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("8 to 64 hexadecimal digits"),
    });
    expect(lastAnswer(waits)).toEqual([]);
    expect(await cli("approve", waits.id, "--plan", waits.plan.slice(0, 12).toUpperCase(), "--data", waits.data)).toMatchObject({
      code: 0,
    });
    await waits.told("closed");
    expect(await cli("approve", waits.id, "--data", waits.data)).toMatchObject({
      code: 1,
      err: `refused: ${waits.id} waits for no answer\n`,
    });
  });

  it("refuses who is not among the approvers of the policy in force, and says who is", async () => {
    const waits = await anApproval();
    const approvers = ["terminal:alice", "terminal:bob"];
    // Changed by hand, its version does not fit any more: then it is none.
    await keepInForce(waits.data, { cluster: "practice", policy: { ...aPolicy(), approvers } });
    expect(await cli("approve", waits.id, "--data", waits.data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("in-force.json is damaged"),
    });
    await keepInForce(waits.data, { cluster: "practice", policy: aPolicy({ approvers }) });
    const { code, err } = await cli("approve", waits.id, "--data", waits.data);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^refused: terminal:\S+ may not answer: the policy's approvers do not name them\. policy\.approvers has: terminal:alice, terminal:bob\n$/,
    );
    expect(lastAnswer(waits)).toEqual([]);
  });
});

describe("approve, where there is nothing to approve", () => {
  async function aLedger() {
    const data = aFolder();
    const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
    const { head } = await opened(ledger, openingOf("web"));
    ledger.close();
    return { data, id: head.id };
  }
  it("refuses with a sentence", async () => {
    const { data, id } = await aLedger();
    const nothingRan = await cli("approve", id, "--data", data);
    expect(nothingRan).toMatchObject({ code: 2, err: expect.stringContaining("nothing has run with this data folder yet") });
    await keepInForce(data, { cluster: "prod", policy: aPolicy() });
    expect(await cli("approve", id, "--data", data)).toMatchObject({ code: 1, err: `refused: ${id} waits for no answer\n` });
    expect(await cli("approve", "practice-x", "--data", data)).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no incident practice-x"),
    });
    writeFileSync(places(data).inForce, "{");
    const damaged = await cli("approve", id, "--data", data);
    expect(damaged).toMatchObject({ code: 2, err: expect.stringContaining("in-force.json is damaged") });
    expect(damaged.err).toMatch(noStack);
  });
});
