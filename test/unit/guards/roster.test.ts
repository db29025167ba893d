import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { coolingKey, planOf } from "../../../kernel/plan.ts";
import type { IncidentId, LedgerView, Remedy } from "../../../kernel/types/index.ts";
import { guards } from "../../../runbook/guards/index.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { rules } from "../../../runbook/rules.ts";
import { checkout } from "../../support/clusters.ts";
import { type Asked, asked, cluster, foundHealthy } from "../../support/guards.ts";
import { aNamespaceLabel, aPolicy, aTemplateLabel, at, aView, sha } from "../../support/incidents.ts";
import { aDeployment, aNamespace, aPod, aWebhook, label } from "../../support/objects.ts";

/** By hand, in the order of the screen: who drops a guard has to drop it here, too. */
const ids = [
  "mode",
  "stop-switches",
  "fresh-and-firing",
  "evidence-complete",
  "explicit-live-targets",
  "protected-namespaces",
  "expected-by-policy",
  "most-of-the-fleet",
  "blast-radius",
  "replicas-and-budgets",
  "rollout-in-progress",
  "fargate",
  "ownership",
  "same-remedy-failed",
  "cooldown",
  "one-at-a-time",
  "budget",
  "breaker",
] as const;
/** Beside the guards in their folder: the roster, and what several of them use. */
const others = ["index", "pods-of"];
const folder = join(import.meta.dirname, "../../../runbook/guards");

/** What takes back one of our own labels. */
const template = { ...aTemplateLabel(), set: { key: label, from: "enabled", to: null } };
const namespace = { ...aNamespaceLabel(), set: { key: label, from: "enabled", to: null } };
/** A story in which this was done, and did not help. */
function tried(remedy: Remedy): LedgerView {
  const intent = { type: "intent" as const, remedy, plan: planOf(remedy), fence: 5, writeBefore: at(30) };
  const written = aView([intent]).story.at(-1)?.hash ?? sha("");
  return aView([intent, { type: "concluded", intent: written, proof: "failed", says: "no pod has it" }]);
}
const another = "prod-svids-other-0123456789-g1" as IncidentId;
const onFargate = { metadata: { labels: { "eks.amazonaws.com/fargate-profile": "p" } } };
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => aPod({ metadata: { name: `p-${index}`, labels: { app: "checkout", [label]: "enabled" } } }));

/**
 * Each guard in a situation in which it refuses the change, and what it says to taking one of ours back in the very same: what protects from a
 * write must not keep it in the world; what a person has ordered since, and what the write itself could break, holds for both.
 */
const undos: Readonly<Record<(typeof ids)[number], { readonly refuses: Asked; readonly undo: "may" | "may not" }>> = {
  mode: { refuses: { remedy: template, policy: aPolicy({ mode: { default: "observe" } }) }, undo: "may not" },
  "stop-switches": {
    refuses: { remedy: template, ledger: aView([], { stops: { all: { state: "missing" }, cluster: { state: "off" } } }) },
    undo: "may not",
  },
  "fresh-and-firing": { refuses: { remedy: template, alerts: [] }, undo: "may" },
  "evidence-complete": { refuses: { remedy: template, diagnosis: foundHealthy }, undo: "may" },
  "explicit-live-targets": { refuses: { remedy: template, objects: [aDeployment({ metadata: { uid: "u-2" } })] }, undo: "may not" },
  "protected-namespaces": { refuses: { remedy: template, policy: aPolicy({ protectedNamespaces: ["payments"] }) }, undo: "may not" },
  "expected-by-policy": { refuses: { remedy: template }, undo: "may" },
  "most-of-the-fleet": { refuses: { remedy: template, objects: [aWebhook(), aNamespace(), ...many(9)] }, undo: "may" },
  "blast-radius": { refuses: { remedy: template, objects: [aDeployment(), ...many(30)] }, undo: "may" },
  "replicas-and-budgets": {
    refuses: { remedy: template, objects: [aDeployment({ spec: { strategy: { type: "Recreate" } } })] },
    undo: "may not",
  },
  "rollout-in-progress": { refuses: { remedy: template, objects: [aDeployment({ metadata: { generation: 2 } })] }, undo: "may" },
  fargate: { refuses: { remedy: namespace, objects: checkout({ pod: onFargate }) }, undo: "may" },
  ownership: {
    refuses: { remedy: template, objects: [aDeployment({ metadata: { labels: { "argocd.argoproj.io/instance": "shop" } } })] },
    undo: "may",
  },
  "same-remedy-failed": { refuses: { remedy: template, ledger: tried(template) }, undo: "may" },
  cooldown: {
    refuses: { remedy: template, ledger: cluster({ cooling: { [coolingKey(template)]: { until: at(1800), by: another } } }) },
    undo: "may",
  },
  "one-at-a-time": {
    refuses: { remedy: template, ledger: cluster({ lease: { holder: another, fence: 9, until: at(1800) } }) },
    undo: "may not",
  },
  budget: { refuses: { remedy: template, policy: aPolicy({ limits: { changesPerHour: 0 } }) }, undo: "may" },
  breaker: { refuses: { remedy: template, ledger: cluster({ failed: { "label-pod-template": 3 } }) }, undo: "may" },
};

describe("taking back one of our own", () => {
  it.each(guards(remedies).map((guard) => [guard.id, guard] as const))("%s decides about it by itself", async (id, guard) => {
    const { refuses, undo } = undos[id as (typeof ids)[number]];
    expect((await asked(guard, refuses)).rule).not.toBe("allow");
    expect((await asked(guard, { ...refuses, undoing: true })).rule === "allow" ? "may" : "may not").toBe(undo);
  });
});

it("docs/architecture.md names the guards that an undo must pass", () => {
  const [, section = ""] = readFileSync("docs/architecture.md", "utf8").split("Taking back one of our own changes must pass ");
  const named = [...(section.split(";")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, id]) => id);
  expect(named).toEqual(ids.filter((id) => undos[id].undo === "may not"));
});

describe("the roster of guards", () => {
  it("is this one, in this order", () => expect(guards(remedies).map(({ id }) => id)).toEqual(ids));
  it("is what the machinery asks", () => expect(rules.guards.map(({ id }) => id)).toEqual(ids));
  it("forgets no file of the folder, and has a file for each", () => {
    const files = globSync("*.ts", { cwd: folder }).map((file) => basename(file, ".ts"));
    expect(files.filter((name) => !others.includes(name)).sort()).toEqual([...ids].sort());
  });
  it.each(ids)("%s has its tests", (id) => expect(existsSync(join(import.meta.dirname, `${id}.test.ts`))).toBe(true));
  it("asks a question a person understands, each its own", () => {
    const questions = guards(remedies).map(({ asks }) => asks);
    expect(questions.filter((asks) => !/^[A-Z].{20,}\?$/.test(asks))).toEqual([]);
    expect(new Set(questions).size).toBe(ids.length);
  });
});
