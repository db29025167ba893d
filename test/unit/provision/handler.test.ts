import { expect, test } from "vitest";
import { due, provision, type Reach } from "../../../lambdas/provision/handler.ts";

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

test("one that cannot be set fails the whole", async () => {
  const set: Reach[] = [];
  const provide = async (reach: Reach) => {
    if (reach !== "all") throw new Error("no table");
    set.push(reach);
  };
  await expect(provision({ RequestType: "Create", ResourceProperties: { clusters: ["prod"] } }, { provide })).rejects.toThrow("no table");
  expect(set).toEqual(["all"]);
});
