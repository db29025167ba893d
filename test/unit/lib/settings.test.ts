import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Contract } from "../../../lambdas/contract.ts";
import { deployed, ofType, policyOf } from "./deployed.ts";

describe("what the policy says of how long things are kept", () => {
  const template = deployed({ policy: policyOf("retention: { auditLogDays: 731, logDays: 30, lockDays: 1000, coldAfterDays: 200 }") });

  test("holds for the audit trail, and all other logs", () => {
    const days = ofType(template, "AWS::Logs::LogGroup").map(([, { Properties }]) => [Properties.LogGroupName, Properties.RetentionInDays]);
    expect(days.length).toBeGreaterThan(10);
    for (const [name, kept] of days) expect([name, kept]).toEqual([name, name === "/remediator/audit" ? 731 : 30]);
  });

  test("holds for the archive", () => {
    const buckets = ofType(template, "AWS::S3::Bucket").map(([, { Properties }]) => Properties);
    const { ObjectLockConfiguration, LifecycleConfiguration } = buckets.find(({ ObjectLockEnabled }) => ObjectLockEnabled) ?? {};
    expect(ObjectLockConfiguration).toMatchObject({ Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1000 } } });
    expect(LifecycleConfiguration).toMatchObject({ Rules: [{ Transitions: [{ StorageClass: "GLACIER_IR", TransitionInDays: 200 }] }] });
    const access = buckets.find(({ ObjectLockEnabled }) => !ObjectLockEnabled);
    expect(access?.LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: 731 }] });
  });
});

describe("tickets", () => {
  /** Subscribed, but for our own queue. */
  const people = (template: ReturnType<typeof deployed>) =>
    ofType(template, "AWS::SNS::Subscription")
      .map(([, { Properties }]) => [Properties.Protocol, Properties.Endpoint])
      .filter(([protocol]) => protocol !== "sqs");

  test("go to the addresses that the policy names", () => {
    const template = deployed({ policy: policyOf("desk: { email: [on-call@example.com, desk@example.com] }") });
    expect(people(template)).toEqual([
      ["email", "on-call@example.com"],
      ["email", "desk@example.com"],
    ]);
  });

  test("go to nobody by themselves", () => expect(people(deployed())).toEqual([]));
});

describe("contracts", async () => {
  const contracts = await Promise.all(
    globSync("lambdas/*/contract.ts").map(async (file) => [file, (await import(join(process.cwd(), file))).contract as Contract] as const),
  );

  test.each(contracts)("%s: who starts executions, or goes to clusters, has the policy, which says where", (_file, { needs }) => {
    if (needs.workflow?.includes("start") || needs.cluster) expect(needs.policy).toBe(true);
  });

  test.each(contracts)("%s: secrets of what watches clusters are read by those who ask it, and by nobody else", (_file, { needs }) => {
    expect(needs.secrets).toBe(needs.cluster ? true : undefined);
  });
});
