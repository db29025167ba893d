import { describe, expect, it, vi } from "vitest";
import { canonical, sha256 } from "../../../kernel/digest.ts";
import { instant } from "../../../kernel/time.ts";
import { some } from "../../../kernel/types/index.ts";
import { copyOf } from "../../../lambdas/audit/seal.ts";
import { alert, at, closed, openingOf, sha } from "../../support/ledger-values.ts";
import { cli, noStack } from "../commands/support.ts";
import { aws, caller } from "./aws.ts";

const deployed = ["--stack", "remediator"] as const;
type Aws = Awaited<ReturnType<typeof aws>>;

async function opened({ ledger }: Aws, name: string) {
  const { did, ...rest } = await ledger.openOrJoin(openingOf(name), at(0));
  if (did !== "opened") throw new Error(`${name} was ${did}`);
  return (rest as { readonly id: Parameters<typeof ledger.view>[0] }).id;
}
async function closedOne(on: Aws, name: string, when = at(60)) {
  const id = await opened(on, name);
  const seen = await on.ledger.view(id);
  const entries = some([closed]);
  if (!seen || !entries) throw new Error("it is not there");
  const after = await on.ledger.append(seen, entries, "Decide", when);
  if (after === "conflict") throw new Error(after);
  for (const copy of [copyOf(after.story), canonical("a body")]) on.archived.set(sha256(copy), copy);
  return id;
}

describe("incidents, incident and audit verify, of a stack", () => {
  it("lists what is open, and says that closed ones are not listed", async () => {
    const on = await aws();
    const [open, gone] = [await opened(on, "web"), await closedOne(on, "api")];
    const { code, out } = await cli("incidents", ...deployed);
    expect(code).toBe(0);
    expect(out).toContain(open);
    expect(out).not.toContain(gone);
    expect(out).toContain("1 open (closed ones are not listed here: remediator incident ID)");
    expect(await cli("incidents", "--all", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("only open incidents can be listed"),
    });
  });

  it("tells an open one by the beginning of its id, and a closed one by its whole id", async () => {
    const on = await aws();
    const [open, gone] = [await opened(on, "web"), await closedOne(on, "api")];
    expect(await cli("incident", open.slice(0, 14), ...deployed)).toMatchObject({
      code: 0,
      out: expect.stringContaining("the chain is whole"),
    });
    expect(await cli("incident", gone, ...deployed)).toMatchObject({ code: 0, out: expect.stringContaining("closed: proved") });
    expect(await cli("incident", gone.slice(0, -3), ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("one that is closed is named by its whole id"),
    });
  });

  it("tells of one that is there again until when it rests, by the deployed policy, and goes without where that may not be read", async () => {
    const on = await aws();
    on.outputs.PauseSeconds = "900";
    const closedAt = Date.now() - 1000;
    const gone = await closedOne(on, "api", instant(closedAt));
    const again = await on.ledger.openOrJoin(openingOf("api"), instant(Date.now()));
    if (again.did !== "opened") throw new Error(again.did);
    const says = `rests until ${instant(closedAt + 900_000).slice(11, 19)}: `;
    expect((await cli("incident", again.id, ...deployed)).out).toContain(`· ${says}`);
    expect((await cli("incident", gone, ...deployed)).out).not.toContain("rests");
    expect(await cli("approve", again.id, ...deployed)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`refused: nothing is asked yet: ${again.id} ${says}`),
    });
    on.denied.add("cloudformation:DescribeStacks");
    expect(await cli("incident", again.id, ...deployed)).toMatchObject({ code: 0, out: expect.not.stringContaining("rests") });
  });

  it("finds the record that somebody changed in the table", async () => {
    const on = await aws();
    const gone = await closedOne(on, "api");
    expect(await cli("audit", "verify", gone, ...deployed)).toMatchObject({ code: 0 });
    const [place, item] = [...on.tables.items].find(([key]) => key.endsWith(`${gone} 00000002`)) ?? [];
    if (!place || !item) throw new Error("there is no second record");
    on.tables.items.set(place, { ...item, body: { S: item.body?.S?.replace("it has", "it had") ?? "" } });
    expect(await cli("audit", "verify", gone, ...deployed)).toMatchObject({ code: 1, out: expect.stringContaining("record 2") });
    on.tables.items.set(place, { ...item, body: { L: [] } });
    expect(await cli("audit", "verify", gone, ...deployed)).toMatchObject({
      code: 1,
      out: expect.stringContaining("record 2 cannot be read"),
    });
  });

  it("calls nothing whole that it did not check: what is closed is not listed", async () => {
    const on = await aws();
    await closedOne(on, "api");
    const none = await cli("audit", "verify", ...deployed);
    expect(none).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^\? nothing was checked: no incident is open\n\? closed incidents were not/),
    });
    expect(none.out).toContain("(remediator audit verify ID --stack remediator)\n");
    expect(none.out).not.toContain("✓");
    const open = await opened(on, "web");
    on.archived.set(sha256(canonical("a body")), canonical("a body"));
    const some = await cli("audit", "verify", ...deployed);
    expect(some).toMatchObject({
      code: 0,
      out: expect.stringContaining("✓ 1 incident, 1 record: every chain is whole\n? closed incidents were not"),
    });
    expect((await cli("audit", "verify", open, ...deployed)).out).not.toContain("closed incidents");
  });

  it("reads each object of the archive once, and names one that was changed or is missing", async () => {
    const on = await aws();
    const [gone, other] = [await closedOne(on, "api"), await closedOne(on, "web")];
    const [body, ...copies] = [...on.archived.keys()].sort((a) => (a === sha256(canonical("a body")) ? -1 : 1));
    for (const id of [gone, other])
      expect(await cli("audit", "verify", id, ...deployed)).toMatchObject({
        code: 0,
        out: expect.stringContaining("✓ archive: 2 objects as they were put there"),
      });
    expect(on.actions().filter((action) => action === "s3:GetObject")).toHaveLength(4);
    on.archived.set(body ?? "", "another");
    expect(await cli("audit", "verify", gone, ...deployed)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`✗ ${gone} record 1 (opened): what is archived under ${body} was changed`),
    });
    for (const copy of copies) on.archived.delete(copy);
    expect(await cli("audit", "verify", gone, ...deployed)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`✗ the sealed copy of ${gone}: nothing is archived under`),
    });
  });

  it("does not know what whoever asks may not read, and does not ask for ever", async () => {
    const on = await aws();
    const id = await opened(on, "web");
    const alerts = some(Array.from({ length: 20 }, (_, index) => alert(`a-${index}`, { body: sha(`body ${index}`) })));
    const seen = await on.ledger.view(id);
    if (!seen || !alerts) throw new Error("it is not there");
    await on.ledger.append(seen, [{ type: "joined", alerts }], "Decide", at(5));
    on.denied.add("s3:GetObject");
    const { code, out } = await cli("audit", "verify", id, ...deployed);
    expect(code).toBe(3);
    expect(out).toContain("every chain is whole");
    expect(out.split("\n").filter((line) => line.startsWith("?"))).toEqual([
      "? the archive refused it: AccessDenied (403): the stack's output Auditor is the policy that lets people read it",
      "? 13 more were not asked for",
      "? archive: 0 objects as they were put there, not everything could be read",
    ]);
    expect(on.actions().filter((action) => action === "s3:GetObject")).toHaveLength(8);
  });

  it("writes nothing, and reads no token", async () => {
    const on = await aws();
    const id = await opened(on, "web");
    const before = on.asked.length;
    await cli("incident", id, ...deployed);
    await cli("audit", "verify", ...deployed);
    const since = on.asked.slice(before);
    expect(since.map(({ action }) => action).filter((action) => !/:(Get|Query)/.test(action))).toEqual([]);
    expect(JSON.stringify(since.map(({ input }) => input))).not.toContain("TOKEN#");
  });
});

describe("rejected, of a stack", () => {
  const delivery = JSON.stringify({ alerts: [{ labels: { alertname: "SpirlAgentDown", namespace: "shop" } }] });
  const body = sha256(delivery);
  const reject = ({ ledger }: Aws) =>
    ledger.reject({ at: instant(Date.now()), body, index: 0, reason: "labels.cluster must name the cluster" });

  it("lists what was not taken, with what it was, and reads nothing else", async () => {
    const on = await aws();
    await reject(on);
    on.archived.set(body, delivery);
    const before = on.asked.length;
    const { code, out, err } = await cli("rejected", ...deployed);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^✗ \S+ \S+ {2}labels\.cluster must name the cluster\n {4}SpirlAgentDown namespace=shop\n/);
    expect(out).toContain(`    the delivery: s3://archive/${body.slice(0, 2)}/${body}\n`);
    const asked = on.asked.slice(before).map(({ action }) => action);
    expect(asked).toEqual(["lambda:GetFunctionConfiguration", "dynamodb:Query", "dynamodb:Query", "s3:GetObject"]);
  });

  it("lists it without that where the archive is not for whoever asks", async () => {
    const on = await aws();
    await reject(on);
    on.denied.add("s3:GetObject");
    expect(await cli("rejected", ...deployed)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /1 alert\n {4}what it was cannot be told, the archive refused it: AccessDenied \(403\): the stack's output Auditor is the policy/,
      ),
    });
  });
});

describe("where the stack cannot be looked at, one line says why", () => {
  it.each([
    ["lambda:GetFunctionConfiguration", "incidents"],
    ["dynamodb:Query", "incidents"],
  ])("without the right %s", async (right, command) => {
    const on = await aws();
    on.denied.add(right);
    const { code, out, err } = await cli(command, ...deployed);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(noStack);
    expect(err).toBe(`remediator: ${caller} lacks the right ${right} on arn:aws:x:y: the stack's outputs name the policies for people\n`);
  });

  it("with a wrong name, and without a region", async () => {
    await aws();
    expect(await cli("incidents", "--stack", "other")).toMatchObject({
      code: 2,
      err: "remediator: there is no stack other in eu-west-1 of this account: --stack and --region say which, and AWS_PROFILE whose\n",
    });
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    expect(await cli("incidents", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("say in which region the stack is"),
    });
    expect(await cli("incidents", "--region", "eu-west-1")).toMatchObject({
      code: 2,
      err: expect.stringContaining("it goes with --stack"),
    });
    expect(await cli("incidents", ...deployed, "--data", "/x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot be used with"),
    });
  });

  it.each([
    ["ExpiredTokenException", 2, "the AWS credentials have expired"],
    ["UnrecognizedClientException", 2, "AWS does not take these credentials"],
    ["ThrottlingException", 3, "AWS takes no more requests"],
  ])("with %s", async (type, code, says) => {
    await aws({
      "lambda:GetFunctionConfiguration": () => ({ status: type.startsWith("Throttl") ? 429 : 403, body: { __type: type, message: "no" } }),
    });
    const said = await cli("incidents", ...deployed);
    expect(said).toMatchObject({ code, out: "", err: expect.stringContaining(says) });
    expect(said.err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("without credentials", async () => {
    await aws();
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    expect(await cli("incidents", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("there are no AWS credentials to use"),
    });
  });

  it("where AWS is out of reach: unknown is not a mistake", async () => {
    await aws();
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    expect(await cli("incidents", ...deployed)).toMatchObject({
      code: 3,
      err: expect.stringContaining("AWS in eu-west-1 takes no connections"),
    });
  });
});
