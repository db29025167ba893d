import { describe, expect, it, vi } from "vitest";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { at, closed, openingOf } from "../../support/ledger-values.ts";
import { cli, noStack } from "../commands/support.ts";
import { type Answer, aws } from "./aws.ts";

const deployed = ["--stack", "remediator"] as const;
const started = { body: { executionArn: "arn:aws:states:eu-west-1:111122223333:execution:remediator:one", startDate: 1 } };

async function playing(describe: Answer) {
  return aws({ "states:StartExecution": () => started, "states:DescribeExecution": describe });
}
const inputs = ({ asked }: Awaited<ReturnType<typeof aws>>) =>
  asked.filter(({ action }) => action === "states:StartExecution").map(({ input }) => JSON.parse((input as { input: string }).input));

describe("run, by a stack", () => {
  it("starts an execution with the request, and follows the incident that it names to its end", async () => {
    let id = "";
    const on = await playing(() => ({ body: { status: "SUCCEEDED", output: JSON.stringify({ id, to: "Done" }) } }));
    const opened = await on.ledger.openOrJoin(openingOf("web"), at(0));
    if (opened.did !== "opened") throw new Error(opened.did);
    id = opened.id;
    const seen = await on.ledger.view(opened.id);
    if (!seen) throw new Error("it is not there");
    await on.ledger.append(seen, [closed] as const, "Decide", at(9));
    const { code, out } = await cli("run", "shop/deployment/web", "--cluster", "prod", "--json", ...deployed);
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(["opened", "closed"]);
    expect(inputs(on)).toEqual([
      {
        manual: {
          cluster: "prod",
          scenario: "workloads-not-receiving-svids",
          namespace: "shop",
          workload_kind: "Deployment",
          workload: "web",
        },
      },
    ]);
  });

  it("says until when an incident rests that follows one about the same", async () => {
    let id = "";
    const on = await playing(() => ({ body: { status: "SUCCEEDED", output: JSON.stringify({ id, to: "Done" }) } }));
    on.outputs.PauseSeconds = "900";
    const openedAt = Date.now();
    const end = async (from: IncidentId) => {
      const seen = await on.ledger.view(from);
      if (!seen) throw new Error("it is not there");
      await on.ledger.append(seen, [closed] as const, "Decide", instant(openedAt));
    };
    const first = await on.ledger.openOrJoin(openingOf("web"), at(0));
    if (first.did !== "opened") throw new Error(first.did);
    await end(first.id);
    const again = await on.ledger.openOrJoin(openingOf("web"), instant(openedAt));
    if (again.did !== "opened") throw new Error(again.did);
    id = again.id;
    const running = cli("run", "shop/deployment/web", "--cluster", "prod", ...deployed);
    await vi.waitFor(() => expect(String(vi.mocked(process.stderr.write).mock.calls)).toContain("rests until"), { timeout: 10_000 });
    await end(again.id);
    const { code, err } = await running;
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(new RegExp(`^rests until ${instant(openedAt + 900_000).slice(11, 19)}: [^\n]*\n$`)),
    });
  });

  it("says in the stack's words what it does not take", async () => {
    await playing(() => ({ body: { status: "FAILED", error: "Refused", cause: "namespace is missing" } }));
    const { code, err } = await cli("run", "--node", "n", "--cluster", "prod", ...deployed);
    expect({ code, err }).toEqual({ code: 2, err: "remediator: the stack does not take it: namespace is missing\n" });
  });

  it("does not take a request that was lost for one that was refused", async () => {
    await playing(() => ({ body: { status: "FAILED", error: "Stranded", cause: "The workflow cannot go on" } }));
    const { code, err } = await cli("run", "--node", "n", "--cluster", "prod", ...deployed);
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringMatching(noStack) });
  });

  it("asks which cluster where there are several, and takes no option that would change nothing", async () => {
    const on = await playing(() => undefined);
    for (const [args, says] of [
      [["--node", "n"], "say in which cluster it is: --cluster (prod, staging)"],
      [["--node", "n", "--cluster", "prd"], "did you mean prod?"],
      [["--node", "n", "--cluster", "prod", "--mode", "auto", "--yes"], "--mode, --yes would change nothing"],
    ] as const)
      expect(await cli("run", ...args, ...deployed)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(inputs(on)).toEqual([]);
  });

  it("names the right that is missing", async () => {
    const on = await playing(() => undefined);
    on.denied.add("states:StartExecution");
    expect(await cli("run", "--node", "n", "--cluster", "prod", ...deployed)).toMatchObject({
      code: 2,
      err: expect.stringContaining("lacks the right states:StartExecution"),
    });
  });
});
