import { describe, expect, it, test } from "vitest";
import type { Switch } from "../../../kernel/types/index.ts";
import { contract } from "../../../lambdas/remediate/contract.ts";
import { enteringIds, functionIds, runtime } from "../../../lib/function-name.ts";
import { type Check, made } from "../../../local/commands/doctor/check.ts";
import * as eks from "../../../local/commands/doctor/checks/eks.ts";
import * as stack from "../../../local/commands/doctor/checks/stack.ts";
import * as ways from "../../../local/commands/doctor/checks/ways.ts";
import * as writing from "../../../local/commands/doctor/checks/writing.ts";
import type { StackPorts } from "../../../local/commands/doctor/ports.ts";
import { at } from "../../support/ledger-values.ts";
import { aPolicy } from "../commands/support.ts";

const denied = async (): Promise<never> => {
  throw new Error("the right is missing");
};
const am = { name: "am", current: "0".repeat(64), clusters: ["prod", "stag*"] };
const on: Switch = { state: "on", by: "arn:jo", since: at(0), why: "moving house" };

/** A stack that is well. */
const well: StackPorts = {
  stack: "remediator",
  region: "eu-west-1",
  who: async () => "arn:aws:sts::1:assumed-role/on-call/jo",
  status: async () => "UPDATE_COMPLETE",
  clusters: async () => ["prod", "staging"],
  networkOf: async (cluster) => (cluster === "staging" ? "inner" : undefined),
  authenticationMode: async () => "API_AND_CONFIG_MAP",
  function: async () => ({ state: "Active", runtime }),
  reserved: async () => contract.concurrency,
  concurrency: async () => ({ all: 1000, unreserved: 900 }),
  clocks: async () => ({ ours: 1_000_000, theirs: 1_000_900 }),
  tokens: async () => [am],
  door: async () => 401,
  switchOf: async () => ({ state: "off" }),
  subscriptions: async () => [{ confirmed: true, protocol: "email" }],
  topic: async () => "arn:topic",
  probe: denied,
};
const policy = aPolicy();

interface Row {
  readonly check: Check<StackPorts>;
  /** What is wrong, and what is then said and to be done. */
  readonly wrong: readonly (readonly [change: Partial<StackPorts>, says: RegExp, todo: RegExp])[];
  /** What cannot be asked. */
  readonly hidden: Partial<StackPorts>;
}
const rows: readonly Row[] = [
  { check: stack.identity, wrong: [], hidden: { who: denied } },
  {
    check: stack.stackThere,
    wrong: [[{ status: async () => "ROLLBACK_COMPLETE" }, /is ROLLBACK_COMPLETE/, /npx cdk deploy/]],
    hidden: { status: denied },
  },
  {
    check: stack.functionsActive,
    wrong: [
      [{ function: async (id) => ({ state: id === "Sweep" ? "Failed" : "Active", runtime }) }, /^Sweep is Failed/, /npx cdk deploy/],
      [{ function: async () => ({ state: "Active", runtime: "nodejs18.x" }) }, /nodejs18\.x: it should be Active, on nodejs24\.x/, /cdk/],
    ],
    hidden: { function: denied },
  },
  {
    check: stack.accountRoom,
    wrong: [
      [
        { concurrency: async () => ({ all: 50, unreserved: 34 }) },
        /only 34 of 50/,
        /request-service-quota-increase .* --region eu-west-1$/,
      ],
    ],
    hidden: { concurrency: denied },
  },
  {
    check: stack.policyDeployed(policy, "remediator.yaml", async () => policy.version),
    wrong: [],
    hidden: {},
  },
  {
    check: stack.clock(2),
    wrong: [[{ clocks: async () => ({ ours: 0, theirs: 61_000 }) }, /61 s away/, /set-ntp/]],
    hidden: { clocks: denied },
  },
  {
    check: ways.senders,
    wrong: [
      [{ tokens: async () => [] }, /nobody may send alerts/, /token add alertmanager --clusters prod,staging --stack remediator/],
      [{ tokens: async () => [{ ...am, clusters: ["prod", "gone"] }] }, /am may send alerts of gone/, /token revoke am --stack remediator/],
    ],
    hidden: { tokens: denied },
  },
  { check: ways.doorClosed, wrong: [[{ door: async () => 200 }, /answered 200, and not 401/, /cdk deploy/]], hidden: { door: denied } },
  {
    check: ways.ticketsRead,
    wrong: [
      [{ subscriptions: async () => [] }, /no subscription/, /aws sns subscribe --topic-arn arn:topic --protocol email/],
      [{ subscriptions: async () => [{ confirmed: false, protocol: "email" }] }, /not confirmed/, /follow the link/],
    ],
    hidden: { subscriptions: denied },
  },
  {
    check: writing.switchesThere,
    wrong: [
      [
        { switchOf: async (of) => (of === "all" ? on : { state: "off" }) },
        /everywhere nothing is written: stopped since .* by arn:jo: moving house/,
        /^remediator resume --stack remediator$/,
      ],
      [
        { switchOf: async (of) => (of === "all" ? { state: "off" } : { state: "missing" }) },
        /in prod .* never set/,
        /^remediator resume --cluster prod --stack remediator$/,
      ],
    ],
    hidden: { switchOf: denied },
  },
  {
    check: writing.writersMayRun,
    wrong: [
      [{ reserved: async () => 0 }, /EvictWorkload is stopped by `stop --emergency`/, /^remediator resume --emergency --stack remediator$/],
      [{ reserved: async () => undefined }, /without a number of its own/, /resume --emergency/],
    ],
    hidden: { reserved: denied },
  },
  {
    check: eks.entriesCount({ eks: "prod-1", region: "eu-west-1" }),
    wrong: [
      [{ authenticationMode: async () => "CONFIG_MAP" }, /prod-1 does not look at access entries/, /--name prod-1 .*API_AND_CONFIG_MAP/],
    ],
    hidden: { authenticationMode: denied },
  },
];

const line = async (check: Check<StackPorts>, change: Partial<StackPorts>) =>
  (await made("g", [check], { ...well, ...change }, (error) => String(error)))[0];

describe.each(rows.map((row) => [row.check.id, row] as const))("doctor's check of %s", (_, { check, wrong, hidden }) => {
  it("is ok where all is well", async () => {
    expect(await line(check, {})).toMatchObject({ is: "ok" });
    expect(await line(check, {})).not.toHaveProperty("todo");
  });

  it("fails, and says what to do", async () => {
    for (const [change, says, todo] of wrong)
      expect(await line(check, change)).toMatchObject({
        is: "failed",
        says: expect.stringMatching(says),
        todo: expect.stringMatching(todo),
      });
  });

  it("says that it cannot tell, and why", async () => {
    if (Object.keys(hidden).length === 0) return;
    expect(await line(check, hidden)).toMatchObject({ is: "unknown", says: expect.stringContaining("the right is missing") });
  });
});

describe("the policy", () => {
  test("that is another than the deployed one fails, with the command that deploys it", async () => {
    const other = stack.policyDeployed(policy, "mine.yaml", async () => "f".repeat(64));
    expect(await line(other, {})).toMatchObject({ is: "failed", todo: "npx cdk deploy -c policy=mine.yaml" });
  });

  test("that the functions do not tell is not known", async () => {
    expect(await line(stack.policyDeployed(policy, "mine.yaml", denied), {})).toMatchObject({ is: "unknown" });
  });
});

test("the clock may be as far away as the policy says, in either direction, and no further", async () => {
  for (const [apart, is] of [
    [2000, "ok"],
    [-2000, "ok"],
    [2001, "failed"],
    [-2001, "failed"],
  ] as const)
    expect(await line(stack.clock(2), { clocks: async () => ({ ours: 1e9, theirs: 1e9 + apart }) })).toMatchObject({ is });
});

test("every function is looked at", async () => {
  const asked: string[] = [];
  await line(stack.functionsActive, {
    function: async (id) => {
      asked.push(id);
      return { state: "Active", runtime };
    },
  });
  expect(asked).toEqual([...functionIds, ...enteringIds.map((id) => `${id}-inner`)]);
});
