import { expect, test } from "vitest";
import type { Entry, Finding, Some } from "../../../kernel/types/index.ts";
import { tell } from "../../../local/console/tell.ts";
import { aRestart, aStory, sha } from "../../support/incidents.ts";

const about = (pod: string, is: Finding["is"], check: string): Finding =>
  ({
    ...{ is, check, says: `${pod} is ${is}`, evidence: [sha("e")] },
    subject: { on: "workload", namespace: "payments", owner: { kind: "Deployment", name: "checkout" }, pod },
    ...(is === "faulty" ? { remedies: [aRestart({ why: `${pod} is faulty` })] } : {}),
  }) as unknown as Finding;

test("a diagnosis of several pods speaks of one: headline and findings name the pod that is the cause", () => {
  const pods = ["checkout-4jk8g", "checkout-8kq2d", "checkout-v6ppg"];
  const findings = pods.flatMap((pod) => [about(pod, "healthy", "label"), about(pod, "faulty", "injected")]) as unknown as Some<Finding>;
  const entry = {
    type: "diagnosed",
    diagnosis: { round: 1, findings, cause: findings[1], remedies: [aRestart()] },
    evidence: sha("e"),
  } as Entry;
  const { headline, details } = tell(aStory([entry])[1] ?? never());
  expect(headline).toBe("diagnosis 1: checkout-4jk8g is faulty");
  expect(details).toHaveLength(2);
  expect(details.filter((line) => !line.includes("checkout-4jk8g"))).toEqual([]);
});

function never(): never {
  throw new Error("there is no such record");
}
