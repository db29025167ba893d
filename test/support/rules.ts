import { allow, healthy } from "../../kernel/answers.ts";
import { type Rules, runnable } from "../../kernel/rules.ts";
import type { AnyRule, Check, Guard, Kind, Remedies, Scenario, Successor, Workload } from "../../kernel/types/index.ts";

const proof: Check<Successor> = { id: "proof.test", section: "", asks: "", assess: () => healthy("as it should be") };
export const link = (id: string, role: "link" | "side" = "link"): Check<Workload> => ({
  id,
  section: "",
  asks: "",
  role,
  assess: () => healthy(id),
});
export const chain = [link("first"), link("second"), link("aside", "side"), link("third")] as const;

export const aScenario = (): Scenario<Workload> => ({
  id: "workloads-not-receiving-svids",
  section: "1",
  title: "test",
  subjects: () => ({
    chosen: [{ on: "workload", namespace: "payments", owner: { kind: "Deployment", name: "checkout" }, pod: "checkout-1" }],
  }),
  chain,
});

const aRule = (by: string, change: Partial<AnyRule> = {}): AnyRule =>
  ({
    by,
    title: by,
    ceiling: "auto",
    verbs: [{ group: "", resource: "pods", verb: "get" }],
    preserve: () => [{ source: "kubernetes", text: "object", parse: (raw: unknown) => raw }],
    settleSeconds: 10,
    proveWithinSeconds: 300,
    looks: 2,
    proof: [proof],
    owed: [],
    undo: "cannot be undone",
    command: () => "kubectl",
    ...change,
  }) as AnyRule;

/** A roster with the kinds' real capabilities and undos, and proofs that tests choose. */
export const someRemedies = (change: Partial<Record<Kind, Partial<AnyRule>>> = {}): Remedies => {
  const swap: AnyRule["undo"] = (done) => ("set" in done ? { ...done, set: { ...done.set, from: done.set.to, to: done.set.from } } : done);
  return {
    "evict-pod": aRule("EvictWorkload", change["evict-pod"]),
    "rollout-restart": aRule("RolloutWorkload", change["rollout-restart"]),
    "label-pod-template": aRule("RolloutWorkload", { undo: swap, ceiling: "approve", ...change["label-pod-template"] }),
    "label-namespace": aRule("LabelNamespace", { undo: swap, ceiling: "approve", ...change["label-namespace"] }),
  } as unknown as Remedies;
};

export const allowing: Guard = { id: "allowing", asks: "", rule: () => allow };

export const someRules = (change: Partial<Rules> = {}): Rules => ({
  guards: [allowing],
  remedies: someRemedies(),
  scenarioOf: () => runnable(aScenario()),
  soon: () => [],
  refresh: (remedy) => remedy,
  derive: () => null,
  ...change,
});
