import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { authorize } from "../../../lambdas/authorize/handler.ts";
import { readTokens, type Token } from "../../../lambdas/authorize/tokens.ts";
import { cli } from "../commands/support.ts";
import { type Answer, aws } from "./aws.ts";

const deployed = ["--stack", "remediator"] as const;

interface Put {
  readonly SecretString: string;
  readonly ClientRequestToken: string;
  readonly VersionStages: readonly string[];
}
interface Move {
  readonly MoveToVersionId: string;
  readonly RemoveFromVersionId?: string;
}

/** As much of Secrets Manager as there is to it: a list under a version that is in force, and others beside it. */
async function secret(
  first?: readonly Token[],
  before: (move: Move, change: (tokens: readonly Token[]) => void) => void = () => undefined,
) {
  const versions = new Map<string, string>();
  let current: string | undefined;
  const become = (tokens: readonly Token[]) => {
    current = randomUUID();
    versions.set(current, JSON.stringify(tokens));
  };
  if (first) become(first);
  const get: Answer = () =>
    current === undefined
      ? { status: 400, body: { __type: "ResourceNotFoundException", message: "no value" } }
      : { body: { SecretString: versions.get(current), VersionId: current } };
  const put: Answer = (input) => {
    const { ClientRequestToken, SecretString, VersionStages } = input as Put;
    expect(VersionStages).toEqual(["AWSPENDING"]);
    versions.set(ClientRequestToken, SecretString);
    return { body: {} };
  };
  const move: Answer = (input) => {
    const asked = input as Move;
    before(asked, become);
    if (asked.RemoveFromVersionId !== current)
      return { status: 400, body: { __type: "InvalidParameterException", message: "RemoveFromVersionId does not match" } };
    current = asked.MoveToVersionId;
    return { body: {} };
  };
  const on = await aws({
    "secretsmanager:GetSecretValue": get,
    "secretsmanager:PutSecretValue": put,
    "secretsmanager:UpdateSecretVersionStage": move,
  });
  on.outputs.Tokens = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:Tokens";
  on.outputs.Alerts = "https://api/alerts";
  const tokens = () => readTokens(current === undefined ? "[]" : (versions.get(current) ?? ""));
  const lets = (token: string) => authorize({ authorization: `Bearer ${token}` }, tokens());
  return { ...on, tokens, lets };
}
const other: Token = { name: "other", current: "0".repeat(64), clusters: ["staging"] };

describe("token", () => {
  it("add prints a token alone, which then lets its sender in for its clusters, and keeps only the digest", async () => {
    const { lets, tokens, asked } = await secret();
    const { code, out, err } = await cli("token", "add", "alertmanager", "--clusters", "prod,stag*", ...deployed);
    expect(code).toBe(0);
    expect(out).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    const token = out.trim();
    expect(lets(token)).toEqual({ name: "alertmanager", clusters: ["prod", "stag*"] });
    expect(lets("another")).toBeUndefined();
    for (const held of [err, JSON.stringify(tokens()), JSON.stringify(asked)]) expect(held).not.toContain(token);
    expect((await cli("token", "add", "two", "--clusters", "*", ...deployed)).out).not.toBe(out);
  });

  it("rotate takes both until the one before is revoked", async () => {
    const { lets } = await secret([other]);
    const one = (await cli("token", "add", "am", "--clusters", "prod", ...deployed)).out.trim();
    const two = (await cli("token", "rotate", "am", ...deployed)).out.trim();
    expect([lets(one)?.name, lets(two)?.name]).toEqual(["am", "am"]);
    expect(await cli("token", "revoke", "am", "--previous", ...deployed)).toMatchObject({ code: 0, out: "" });
    expect([lets(one), lets(two)?.name]).toEqual([undefined, "am"]);
    expect(await cli("token", "revoke", "am", "--previous", ...deployed)).toMatchObject({ code: 2 });
    expect(await cli("token", "revoke", "am", ...deployed)).toMatchObject({ code: 0, err: expect.stringContaining("may send no more") });
    expect(lets(two)).toBeUndefined();
  });

  it("list shows names and clusters, and no digest", async () => {
    await secret([other, { ...other, name: "am", current: "1".repeat(64), previous: "2".repeat(64) }]);
    const { out } = await cli("token", "list", ...deployed);
    expect(out).toMatch(/^other +staging\nam +staging {2}\(the token before the last is taken, too\)\n$/);
    const json = await cli("token", "list", "--json", ...deployed);
    expect(
      json.out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { name: "other", clusters: ["staging"], previous: false },
      { name: "am", clusters: ["staging"], previous: true },
    ]);
  });

  it("loses nothing that another person changes at the same moment", async () => {
    let raced = 0;
    const { tokens, lets } = await secret([], (_, become) => {
      if (raced++ === 0) become([other]);
    });
    const token = (await cli("token", "add", "am", "--clusters", "prod", ...deployed)).out.trim();
    expect(tokens().map(({ name }) => name)).toEqual(["other", "am"]);
    expect(lets(token)?.name).toBe("am");
  });

  it("gives up, and shows no token, where others are always faster", async () => {
    const { tokens } = await secret([], (_, become) => become([other]));
    expect(await cli("token", "add", "am", "--clusters", "prod", ...deployed)).toMatchObject({
      code: 3,
      out: "",
      err: expect.stringContaining("token list"),
    });
    expect(tokens()).toEqual([other]);
  });

  it("says what is wrong, changes nothing, and prints no token", async () => {
    const { tokens, denied } = await secret([other]);
    for (const [args, says] of [
      [["add", "other", "--clusters", "prod"], "there is a sender other already"],
      [["add", "am", "--clusters", "prd"], "the deployed policy has no cluster prd: did you mean prod?"],
      [["add", "am", "--clusters", "x*"], "the deployed policy has no cluster x*"],
      [["add", "a b", "--clusters", "prod"], "a sender's name is"],
      [["add", "am", "--clusters", "prod,,"], "neither a cluster's name"],
      [["rotate", "othr"], "did you mean other?"],
      [["revoke", "nobody"], "there are other"],
    ] as const)
      expect(await cli("token", ...args, ...deployed)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) });
    expect(await cli("token", "list")).toMatchObject({ code: 2, err: expect.stringContaining("required option '--stack <name>'") });
    denied.add("secretsmanager:PutSecretValue");
    expect(await cli("token", "rotate", "other", ...deployed)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("lacks the right secretsmanager:PutSecretValue"),
    });
    expect(tokens()).toEqual([other]);
  });

  it("shows nothing of a secret that is no list", async () => {
    const on = await aws({ "secretsmanager:GetSecretValue": () => ({ body: { SecretString: '[{"name":"hunter2"}]', VersionId: "v" } }) });
    on.outputs.Tokens = "tokens";
    const { code, err } = await cli("token", "list", ...deployed);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("the list of tokens cannot be used") });
    expect(err).not.toContain("hunter2");
  });
});
