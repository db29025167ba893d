import { describe, expect, it } from "vitest";
import type { Entry } from "../../../kernel/types/index.ts";
import { at, openingOf, plan, remedy } from "../../support/ledger-values.ts";
import { cli, noStack } from "../commands/support.ts";
import { type Answer, aws, caller } from "./aws.ts";

const deployed = ["--stack", "remediator"] as const;
const asks = { guard: "mode", rule: "ask", says: "the policy asks a person" } as const;
const decided: Entry = { type: "decided", at: "plan", remedy, plan, verdict: { verdict: "ask", reasons: [asks], passed: [] } };

/** An incident that waits for an answer, in a stack whose route answers so. */
async function waiting(route: Answer = () => ({ body: { recorded: plan } })) {
  const on = await aws({ "execute-api:Invoke": route });
  const opened = await on.ledger.openOrJoin(openingOf("web"), at(0));
  if (opened.did !== "opened") throw new Error(opened.did);
  const seen = await on.ledger.view(opened.id);
  if (!seen) throw new Error("it is not there");
  await on.ledger.append(seen, [decided, { type: "asked", plan, until: at(600) }], "Decide", at(1));
  const posts = () => on.asked.filter(({ action }) => action === "execute-api:Invoke");
  return { ...on, id: opened.id, posts };
}

describe("approve and decline, of a stack", () => {
  it("post the answer, signed, with the whole plan of which the first digits were given", async () => {
    const { id, posts } = await waiting();
    const { code, err } = await cli("approve", id, "--plan", plan.slice(0, 12), ...deployed);
    expect(code).toBe(0);
    expect(err).toMatch(new RegExp(`^approved by ${caller}: evict-pod Pod shop/web-0$`, "m"));
    expect(posts()).toMatchObject([{ input: { yes: true, plan }, seen: { method: "POST", url: `/approvals/${id}` } }]);
    expect(posts()[0]?.seen.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\//);
    expect(await cli("decline", id, ...deployed)).toMatchObject({ code: 0 });
    expect(posts()[1]?.input).toEqual({ yes: false, plan });
  });

  it("approve no plan that nobody was shown: it is shown, with the command", async () => {
    const { id, posts } = await waiting();
    const { code, err } = await cli("approve", id, ...deployed);
    expect(code).toBe(2);
    expect(err).toContain("evict-pod Pod shop/web-0\n  why: it is older than the webhook\n");
    expect(err).toContain(`remediator approve ${id} --plan ${plan.slice(0, 12)} --stack remediator`);
    expect(posts()).toEqual([]);
  });

  it("answer nothing where it is another plan that waits, or none", async () => {
    const { id, posts } = await waiting();
    expect(await cli("approve", id, "--plan", "0".repeat(12), ...deployed)).toMatchObject({
      code: 1,
      err: expect.stringContaining("the plan has changed"),
    });
    expect(await cli("approve", id, "--plan", "abc", ...deployed)).toMatchObject({ code: 2 });
    expect(await cli("approve", "nothing-such", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no incident nothing-such"),
    });
    expect(posts()).toEqual([]);
  });

  it.each([
    [
      "the policy",
      { status: 403, body: { error: `${caller} may not answer: the policy's approvers do not name them` } },
      1,
      "approvers do not name",
    ],
    ["IAM", { status: 403, body: { message: "Forbidden" } }, 2, "execute-api:Invoke on POST /approvals/* is missing"],
    ["a faster person", { status: 409, body: { error: "arn:x has answered already" } }, 1, "refused: arn:x has answered already"],
    ["trouble", { status: 500, body: { message: "Internal Server Error" } }, 3, "whether the answer is on record is not known"],
  ])("say that %s is in the way", async (_, answer, code, says) => {
    const { id } = await waiting(() => answer);
    const said = await cli("decline", id, ...deployed);
    expect(said).toMatchObject({ code, err: expect.stringContaining(says) });
    expect(said.err).toMatch(noStack);
    expect(said.err).not.toContain("declined by");
  });
});
