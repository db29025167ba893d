import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../local/commands/mistakes.ts";
import { type Target, targetOf, written } from "../../../local/commands/target.ts";

const target = (kind: Target["kind"], name: string): Target => ({ namespace: "payments", kind, name });

describe("what a command is about", () => {
  it.each([
    ["payments/checkout-7d4", undefined, target("Pod", "checkout-7d4")],
    ["payments/deployment/checkout", undefined, target("Deployment", "checkout")],
    ["payments/Deployment/checkout", undefined, target("Deployment", "checkout")],
    ["payments/deployments.apps/checkout", undefined, target("Deployment", "checkout")],
    ["payments/sts/ledger", undefined, target("StatefulSet", "ledger")],
    ["payments/pod/deployment", undefined, target("Pod", "deployment")],
    ["deploy/checkout", "payments", target("Deployment", "checkout")],
    ["checkout-7d4", "payments", target("Pod", "checkout-7d4")],
  ] as const)("%s with -n %s", (text, namespace, expected) => expect(targetOf(text, namespace)).toEqual(expected));

  it.each([
    ["checkout", undefined],
    ["/checkout", undefined],
    ["payments/", undefined],
    ["payments/deployment/", undefined],
    ["payments/deployment/checkout/x", undefined],
    ["deployment/checkout", undefined],
    ["payments/deployment/checkout", "payments"],
    ["payments/cronjob/x", undefined],
    ["payments/constructor/x", undefined],
  ] as const)("refuses %s with -n %s", (text, namespace) => expect(() => targetOf(text, namespace)).toThrow(UsageError));

  it("is written so that it is read as the same", () => {
    const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
    const kind = fc.constantFrom("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job" as const);
    const namespace = fc.oneof(name, fc.constantFrom("pod", "job", "deploy"));
    fc.assert(
      fc.property(fc.record({ namespace, kind, name }), (of) => {
        expect(targetOf(written(of as Target))).toEqual(of);
      }),
    );
  });

  it("takes or refuses any text with a sentence", () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (text, namespace) => {
        try {
          targetOf(text, namespace);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
