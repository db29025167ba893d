import { SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { sfnKeeper } from "../../../adapters/starter/keeper.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { aView } from "../../support/incidents.ts";
import { json, type Play, serve } from "../adapters/server.ts";

const arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:remediator";
const id = "practice-svids-checkout-0123456789abcde-g1" as IncidentId;
const now = 1_700_000_000_000;
const secondsAgo = (seconds: number) => now / 1000 - seconds;

interface Execution {
  readonly status: string;
  /** As Step Functions gives it: seconds since 1970. */
  readonly startDate: number;
}
/**
 * Step Functions with these executions. As on AWS, one that runs is answered like a new one, with its own date; one that is over has the name
 * still.
 */
async function kept(executions: Map<string, Execution>, { open = true, answersAlike = true } = {}) {
  const play: Play = (seen, response) => {
    const { name, executionArn = "" } = JSON.parse(seen.body);
    const there = executions.get(name ?? executionArn.split(":").at(-1));
    if (String(seen.headers["x-amz-target"]).endsWith("DescribeExecution")) return json(200, there)(seen, response);
    if (there && !(answersAlike && there.status === "RUNNING"))
      return json(400, { __type: "com.amazonaws.states#ExecutionAlreadyExists", message: "no" })(seen, response);
    const started = there ?? { status: "RUNNING", startDate: secondsAgo(0) };
    executions.set(name, started);
    return json(200, { executionArn: "x", startDate: started.startDate })(seen, response);
  };
  const { url, seen } = await serve(play);
  const client = new SFNClient({
    endpoint: url,
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  const head = { ...aView().head, id, run: 1 };
  const state = { run: 1, open };
  const ledger = {
    view: async () => ({ ...aView(), head: { ...head, ...state } }),
    raiseRun: async (_: IncidentId, run: number) => {
      const raised = state.open && run === state.run;
      if (raised) state.run += 1;
      return raised;
    },
  };
  return {
    did: await sfnKeeper({ client, machineOf: () => arn, ledger, now: () => now }).keep({ ...aView(), head }),
    calls: seen.length,
    run: state.run,
  };
}

describe("looking after an execution", () => {
  it("that runs takes one request, and is left alone", async () => {
    const running = new Map([[`${id}-r1`, { status: "RUNNING", startDate: secondsAgo(3600) }]]);
    expect(await kept(running)).toEqual({ did: "running", calls: 1, run: 1 });
    expect(await kept(running, { answersAlike: false })).toEqual({ did: "running", calls: 2, run: 1 });
  });

  it("that never was starts it, and says so", async () => expect(await kept(new Map())).toEqual({ did: "started", calls: 1, run: 1 }));

  it.each(["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])("that is %s starts the next, and says so", async (status) => {
    const executions = new Map([[`${id}-r1`, { status, startDate: secondsAgo(3600) }]]);
    expect(await kept(executions)).toMatchObject({ did: "started", run: 2 });
    expect(executions.get(`${id}-r2`)?.status).toBe("RUNNING");
  });

  it("of an incident that was closed meanwhile starts nothing", async () => {
    const executions = new Map([[`${id}-r1`, { status: "SUCCEEDED", startDate: secondsAgo(3600) }]]);
    expect((await kept(executions, { open: false })).did).toBe("closed");
    expect([...executions.keys()]).toEqual([`${id}-r1`]);
  });
});
