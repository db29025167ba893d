import { SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { machinesBy } from "../../../adapters/starter/machines.ts";
import { sfnStarter } from "../../../adapters/starter/sfn.ts";
import { sfnWaker } from "../../../adapters/starter/waker.ts";
import { Unreachable } from "../../../kernel/ports.ts";
import type { IncidentId, Policy } from "../../../kernel/types/index.ts";
import { aView } from "../../support/incidents.ts";
import { json, type Play, type Seen, serve } from "../adapters/server.ts";

const arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:remediator";
const id = "practice-svids-checkout-0123456789abcde-g1" as IncidentId;
const targetOf = ({ headers }: Seen) => String(headers["x-amz-target"]).split(".")[1];
const client = (endpoint: string) =>
  new SFNClient({ endpoint, region: "eu-west-1", maxAttempts: 1, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const fault = (name: string) => json(400, { __type: `com.amazonaws.states#${name}`, message: "no" });

/** Step Functions with these executions, by name. One that is started runs. */
async function stepFunctions(executions: Map<string, string>) {
  const play: Play = (seen, response) => {
    const { name, executionArn = "" } = JSON.parse(seen.body);
    if (targetOf(seen) === "StartExecution") {
      if (executions.has(name)) return fault("ExecutionAlreadyExists")(seen, response);
      executions.set(name, "RUNNING");
      return json(200, { executionArn: "x", startDate: 1 })(seen, response);
    }
    const status = executions.get(executionArn.replace("arn:aws:states:eu-west-1:111122223333:execution:remediator:", ""));
    return (status ? json(200, { status }) : fault("ExecutionDoesNotExist"))(seen, response);
  };
  return serve(play);
}

/** A ledger that knows one incident's run. */
function ledgerAt(run: number, open = true) {
  const head = { run, raised: 0 };
  return {
    head,
    view: async () => {
      const view = aView();
      return { ...view, head: { ...view.head, id, open, run: head.run } };
    },
    raiseRun: async (_id: IncidentId, seen: number) => {
      if (seen !== head.run) return false;
      head.run += 1;
      head.raised += 1;
      return true;
    },
  };
}

async function start(executions: Map<string, string>, ledger = ledgerAt(1), of = arn, clusters: Policy["clusters"] = {}) {
  const { url, seen } = await stepFunctions(executions);
  await sfnStarter({ client: client(url), machineOf: machinesBy(of, { clusters }), ledger }).start(id);
  return { calls: seen.map((one) => [targetOf(one), JSON.parse(one.body)] as const), ledger };
}

describe("starting an incident's execution", () => {
  it("names it after the incident and its run, and gives it the id only", async () => {
    const { calls } = await start(new Map());
    expect(calls).toEqual([["StartExecution", { stateMachineArn: arn, name: `${id}-r1`, input: JSON.stringify({ id }) }]]);
  });

  it.each(["RUNNING", "PENDING_REDRIVE"])("is done where the one of that name is %s", async (status) => {
    const { calls, ledger } = await start(new Map([[`${id}-r1`, status]]));
    expect([calls.length, ledger.head.raised]).toEqual([2, 0]);
  });

  it.each(["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])("takes the next run where the one of that name is %s", async (status) => {
    const executions = new Map([[`${id}-r1`, status]]);
    const { ledger } = await start(executions);
    expect(ledger.head.run).toBe(2);
    expect(executions.get(`${id}-r2`)).toBe("RUNNING");
  });

  it("follows whoever raises the run at the same time", async () => {
    const ledger = ledgerAt(1);
    const executions = new Map([[`${id}-r1`, "FAILED"]]);
    await start(executions, { ...ledger, raiseRun: async (of, seen) => (await ledger.raiseRun(of, seen)) && false });
    expect([...executions]).toEqual([
      [`${id}-r1`, "FAILED"],
      [`${id}-r2`, "RUNNING"],
    ]);
  });

  it("finds executions of an alias under the machine's own name", async () => {
    const executions = new Map([[`${id}-r1`, "RUNNING"]]);
    expect((await start(executions, ledgerAt(1), `${arn}:live`)).ledger.head.raised).toBe(0);
  });

  it("is by the machine in the network of the incident's cluster, which is prod", async () => {
    const prod = { region: "eu-west-1", eks: "prod", access: { entries: "made" }, network: "eu" } as const;
    const machineOf = async (clusters: Policy["clusters"], of = arn) =>
      (await start(new Map(), ledgerAt(1), of, clusters)).calls.map(([, { stateMachineArn }]) => stateMachineArn);
    expect(await machineOf({ prod })).toEqual([`${arn}-eu`]);
    expect(await machineOf({ prod }, `${arn}:live`)).toEqual([`${arn}-eu:live`]);
    expect(await machineOf({ other: prod })).toEqual([arn]);
    expect(await machineOf({})).toEqual([arn]);
  });

  it("is looked for where it was started", async () => {
    const prod = { region: "eu-west-1", eks: "prod", access: { entries: "made" }, network: "eu" } as const;
    const { url, seen } = await serve((one, response) =>
      (targetOf(one) === "StartExecution" ? fault("ExecutionAlreadyExists") : json(200, { status: "RUNNING" }))(one, response),
    );
    await sfnStarter({ client: client(url), machineOf: machinesBy(arn, { clusters: { prod } }), ledger: ledgerAt(1) }).start(id);
    expect(JSON.parse(seen.at(-1)?.body ?? "")).toEqual({
      executionArn: `arn:aws:states:eu-west-1:111122223333:execution:remediator-eu:${id}-r1`,
    });
  });

  it("leaves alone what is closed, or was never there", async () => {
    expect((await start(new Map(), ledgerAt(1, false))).calls).toEqual([]);
    expect((await start(new Map(), { ...ledgerAt(1), view: async () => undefined as never })).calls).toEqual([]);
  });

  it("gives up where no run can be raised", async () => {
    const ended = new Map([[`${id}-r1`, "FAILED"]]);
    await expect(start(ended, { ...ledgerAt(1), raiseRun: async () => false })).rejects.toThrow(Unreachable);
  });

  it("does not take other trouble for a start", async () => {
    const { url } = await serve(fault("StateMachineDoesNotExist"));
    await expect(sfnStarter({ client: client(url), machineOf: () => arn, ledger: ledgerAt(1) }).start(id)).rejects.toThrow();
  });
});

describe("waking who waits", () => {
  it("gives the token back, and nothing else", async () => {
    const { url, seen } = await serve(json(200, {}));
    await sfnWaker(client(url)).wake("the-token");
    expect(seen.map((one) => [targetOf(one), JSON.parse(one.body)])).toEqual([
      ["SendTaskSuccess", { taskToken: "the-token", output: "{}" }],
    ]);
  });

  it.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])("is no error where nobody waits any more: %s", async (name) => {
    const { url } = await serve(fault(name));
    await expect(sfnWaker(client(url)).wake("gone")).resolves.toBeUndefined();
  });

  it("is one where it is not known", async () => {
    const { url } = await serve(fault("AccessDeniedException"));
    await expect(sfnWaker(client(url)).wake("x")).rejects.toThrow();
  });
});
