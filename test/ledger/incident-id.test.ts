import fc from "fast-check";
import { expect, it } from "vitest";
import { type IncidentKey, incidentId } from "../../kernel/ids.ts";
import { type Scope, scenarioIds } from "../../kernel/types/index.ts";

const name = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.stringMatching(/^[a-z][a-z0-9-]{0,80}$/));
const kind = fc.constantFrom("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod");
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ of: fc.constant("owner"), namespace: name, kind, name }),
  fc.record({ of: fc.constant("namespace"), namespace: name }),
  fc.record({ of: fc.constant("node"), node: name }),
  fc.record({ of: fc.constant("host"), instance: name }),
  fc.record({ of: fc.constant("cluster") }),
);
const key: fc.Arbitrary<IncidentKey> = fc.record({ cluster: name, scenario: fc.constantFrom(...scenarioIds), scope });
const generation = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

it("fits everywhere that it is used as a name", () => {
  fc.assert(
    fc.property(key, generation, (of, number) => {
      const id = incidentId(of, number);
      expect(id).toMatch(/^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?$/);
      expect(id).not.toContain("--");
      expect(id.length).toBeLessThanOrEqual(60);
      expect(id.endsWith(`-g${number}`)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

it("is the same for the same key and generation only", () => {
  fc.assert(
    fc.property(key, key, generation, generation, (one, other, first, second) => {
      const same = JSON.stringify(one) === JSON.stringify(other) && first === second;
      expect(incidentId(one, first) === incidentId(other, second)).toBe(same);
      expect(incidentId({ scope: one.scope, scenario: one.scenario, cluster: one.cluster }, first)).toBe(incidentId(one, first));
    }),
    { numRuns: 1_000 },
  );
});

it("tells apart what a cut or a hyphen makes look alike", () => {
  const of = (cluster: string, namespace: string, text: string) =>
    incidentId({ cluster, scenario: "agent-restarts", scope: { of: "owner", namespace, kind: "Deployment", name: text } }, 1);
  const long = "x".repeat(253);
  const ids = [
    of("a-b", "c", "d"),
    of("a", "c", "b-d"),
    of("a", "c", "b.d"),
    of("a", "other", "b-d"),
    of("a", "c", long),
    of("a", "c", `${long}y`),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

it("is readable", () => {
  const scope: Scope = { of: "owner", namespace: "shop", kind: "Deployment", name: "web" };
  const readable = incidentId({ cluster: "prod-eu", scenario: "workloads-not-receiving-svids", scope }, 3);
  expect(readable).toMatch(/^prod-eu-svids-web-[0-9a-f]{15}-g3$/);
  const node: Scope = { of: "node", node: "ip-10-0-1-23.eu-west-1.compute.internal" };
  expect(incidentId({ cluster: "prod-eu", scenario: "agent-restarts", scope: node }, 1)).toMatch(/^prod-eu-restarts-ip-10-0-1-23-/);
});

it("has no generation before the first", () => {
  const of: IncidentKey = { cluster: "prod", scenario: "agent-restarts", scope: { of: "cluster" } };
  for (const number of [0, -1, 1.5, Number.NaN]) expect(() => incidentId(of, number)).toThrow(RangeError);
});
