import { expect, test } from "vitest";
import { Unreachable } from "../../../kernel/ports.ts";
import { contract } from "../../../lambdas/provision/contract.ts";
import { due, type Ports, provision, type Reach } from "../../../lambdas/provision/handler.ts";

const prod = { cluster: "prod" };
const stage = { cluster: "stage" };

test("a new installation gets the switch of all, and one for each cluster", () => {
  expect(due({ RequestType: "Create", ResourceProperties: { clusters: ["prod", "stage"] } })).toEqual(["all", prod, stage]);
  expect(due({ RequestType: "Create", ResourceProperties: {} })).toEqual(["all"]);
});

test("in an installation that runs, only a cluster that was added gets one: what is missing there stays missing", () => {
  const before = { clusters: ["prod"] };
  expect(due({ RequestType: "Update", OldResourceProperties: before, ResourceProperties: { clusters: ["prod", "stage"] } })).toEqual([
    stage,
  ]);
  expect(due({ RequestType: "Update", OldResourceProperties: before, ResourceProperties: before })).toEqual([]);
  expect(due({ RequestType: "Update", OldResourceProperties: before, ResourceProperties: { clusters: [] } })).toEqual([]);
});

test("nothing is set when the stack goes", () => {
  expect(due({ RequestType: "Delete", ResourceProperties: { clusters: ["prod"] } })).toEqual([]);
});

/** Switches that can be set from the given try on. */
function aTable(from: number, error: Error) {
  const set: Reach[] = [];
  const pauses: number[] = [];
  let tries = 0;
  const ports: Ports = {
    provide: async (reach) => {
      tries += 1;
      if (tries < from) throw error;
      set.push(reach);
    },
    pause: async (seconds) => void pauses.push(seconds),
  };
  return { ports, set, pauses };
}
const creating = { RequestType: "Create", ResourceProperties: { clusters: ["prod"] } } as const;
const notYet = new Unreachable("DynamoDB did not answer: AccessDeniedException");

test("a role that IAM has not told of everywhere yet is waited for", async () => {
  const { ports, set, pauses } = aTable(4, notYet);
  await provision(creating, ports);
  expect(set).toEqual(["all", prod]);
  expect(pauses).toHaveLength(3);
});

test("one that cannot be set fails the whole, before the function itself is ended", async () => {
  const { ports, set, pauses } = aTable(Number.POSITIVE_INFINITY, notYet);
  await expect(provision(creating, ports)).rejects.toThrow(notYet);
  expect(set).toEqual([]);
  expect(pauses.reduce((a, b) => a + b)).toBeLessThan(contract.timeoutSeconds - 5);
});

test("a mistake is not repeated", async () => {
  const { ports, pauses } = aTable(2, new TypeError("no table"));
  await expect(provision(creating, ports)).rejects.toThrow("no table");
  expect(pauses).toEqual([]);
});
