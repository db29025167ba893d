import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadPolicy, PolicyError, parsePolicy } from "../../../adapters/policy/parse.ts";
import { contract as remediate } from "../../../lambdas/remediate/contract.ts";

const file = "remediator.yaml";
const parse = (...lines: readonly string[]) => parsePolicy(lines.join("\n"), { file });
/** The lines of the error that this text gives. */
function errors(...lines: readonly string[]): readonly string[] {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof PolicyError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("a policy", () => {
  it("has a default for everything", () => {
    expect(parse("")).toMatchObject({
      mode: { default: "observe", clusters: {}, scenarios: {}, remedies: {} },
      expected: [],
      protectedNamespaces: ["kube-system", "kube-public", "kube-node-lease", "spirl-system"],
      approvers: [],
      alerts: [],
      limits: {
        fleetShare: 0.2,
        fleetFloor: 3,
        blastShare: 0.25,
        blastPods: 20,
        changesPerHour: 6,
        cooldownSeconds: 1800,
        breakerAfter: 3,
        rounds: 12,
        ageSeconds: 7200,
        freshSeconds: 120,
        minimumRequests: 20,
        podsPerIncident: 20,
      },
      timing: {
        approvalSeconds: 3600,
        longestWaitSeconds: 900,
        logsAfterSeconds: 900,
        lookAgainSeconds: 30,
        leaseSeconds: 180,
        writeWithinSeconds: 20,
        requestTimeoutSeconds: 10,
        clockSkewSeconds: 5,
        pauseSeconds: 300,
        settleFactor: 1,
      },
      installation: {
        namespace: "spirl-system",
        agent: "spirl-agent",
        csi: "spiffe-csi-driver",
        driver: "csi.spiffe.io",
        webhook: "spirl-controller-webhook",
        podLabel: "pod",
      },
    });
  });

  it("takes modes by cluster, scenario and kind of remedy", () => {
    const { mode } = parse(
      "mode:",
      "  clusters: { eu-1: auto }",
      "  scenarios: { agent-restarts: off }",
      "  remedies: { evict-pod: observe }",
    );
    expect(mode).toEqual({
      default: "observe",
      clusters: { "eu-1": "auto" },
      scenarios: { "agent-restarts": "off" },
      remedies: { "evict-pod": "observe" },
    });
  });

  it("reads `off` as a word, not as a truth value", () => expect(parse("mode: { default: off }").mode.default).toBe("off"));

  it.each([
    ["90", 90],
    ["90s", 90],
    ["15m", 900],
    ["1h30m", 5400],
    ["0", 0],
  ])("reads the duration %s as %d s", (text, seconds) =>
    expect(parse(`timing: { pauseSeconds: ${text} }`).timing.pauseSeconds).toBe(seconds),
  );

  it("counts days too", () => expect(parse("limits: { ageSeconds: 1d2h }").limits.ageSeconds).toBe(26 * 3600));

  it("takes a section whose lines are all commented out as left out", () => {
    expect(parse("expected:", "#  - { namespace: payments }", "limits:")).toEqual(parse(""));
  });

  it("is the same version however it is written, and another one when it says something else", () => {
    const { version } = parse("");
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(parse("timing: { pauseSeconds: 5m } # a comment", "mode: {}").version).toBe(version);
    expect(parse("timing: { pauseSeconds: 6m }").version).not.toBe(version);
  });
});

describe("an error", () => {
  it("says file, line, column, field and what would be right", () => {
    expect(errors("limits:", "  rounds: 5", "  fleetShare: 25%")).toEqual([
      `${file}:3:15: limits.fleetShare must be a share above 0 and at most 1, such as 0.25`,
    ]);
  });

  it("comes with all others, in the order of the file", () => {
    expect(errors("timing: { pauseSeconds: 5x }", "mode:", "  default: maybe", "expected:", "  - namespace: Payments")).toEqual([
      `${file}:1:25: timing.pauseSeconds must be seconds, or a duration such as 15m`,
      `${file}:3:12: mode.default must be one of off, observe, approve, auto`,
      `${file}:5:16: expected[0].namespace must be the name of a namespace: lower-case letters, digits and hyphens, at most 63`,
    ]);
  });

  it.each([
    ["mod: {}", `${file}:1:1: mod is not known here: did you mean mode?`],
    ["limits: { coolDownSeconds: 1 }", `${file}:1:11: limits.coolDownSeconds is not known here: did you mean cooldownSeconds?`],
    ["mode: { default: atuo }", `${file}:1:18: mode.default must be one of off, observe, approve, auto: did you mean auto?`],
    ["mode: { remedies: { evict-pods: auto } }", "did you mean evict-pod?"],
    ["mode: { scenarios: { agent-restart: auto } }", "did you mean agent-restarts?"],
    [
      "expected: [{ namespace: a, owner: b }]",
      `${file}:1:28: expected[0].owner is not known here: there are cluster, namespace, kind, name`,
    ],
  ])("names the nearest known word: %s", (text, says) => expect(errors(text)).toEqual([expect.stringContaining(says)]));

  it.each([
    ["- 1", "must be a mapping"],
    ["hello", "must be a mapping"],
    ["limits: 3", "limits must be a mapping"],
    ["limits: { rounds: 1.5 }", "limits.rounds must be a whole number from 1 on"],
    ["limits: { rounds: '5' }", "limits.rounds must be a whole number from 1 on"],
    ["limits: { blastShare: 0 }", "limits.blastShare must be a share"],
    ["limits: { blastShare: .nan }", "limits.blastShare must be a share"],
    ["timing: { settleFactor: .inf }", "timing.settleFactor must be a factor"],
    ["timing: { approvalSeconds: 0 }", "timing.approvalSeconds must be at least 1 s"],
    ["timing: { approvalSeconds: -5 }", "timing.approvalSeconds must be at least 1 s"],
    ["timing: { approvalSeconds: 9999999d }", "timing.approvalSeconds must be"],
    ["protectedNamespaces: ['*-system']", "protectedNamespaces[0] must be the name of a namespace"],
    ["approvers: ['*']", "approvers[0] must be a name"],
    ["expected: [{ kind: Deployment }]", "expected[0].namespace must be the name of a namespace"],
    ["mode: { clusters: { 'a#b': auto } }", "mode.clusters.a#b must be the name of a cluster"],
    ["alerts: [{ match: {}, scenario: overall-health, scope: cluster }]", "alerts[0].match must name at least one label"],
    ["alerts: [{ match: { a: 1 }, scenario: overall-health, scope: cluster }]", "alerts[0].match.a must be the label's value, in quotes"],
    ["alerts: [{ match: { a: b }, scenario: overall-health, scope: agent }]", "alerts[0].scope must be one of owner"],
    [
      "alerts: [{ match: { a: b }, scenario: overall-health, scope: node, labels: { nod: n } }]",
      "alerts[0].labels.nod must be one of our labels",
    ],
  ])("refuses %s", (text, says) => expect(errors(text)).toEqual([expect.stringContaining(says)]));

  it.each(["a: 1\na: 2", "mode:\n\tdefault: auto", "mode: *nowhere", "mode: !!js/function 'f'", "{".repeat(5000), "a: [b"])(
    "says that it is no YAML: %j",
    (text) => expect(errors(text)).toEqual([expect.stringMatching(/^remediator\.yaml:\d+:\d+: is not YAML as expected here/)]),
  );

  it("is also what a file that is not there gives", () =>
    expect(() => loadPolicy("/nowhere/remediator.yaml")).toThrow(/^\/nowhere\/remediator\.yaml cannot be read \(ENOENT\)$/));

  it("is the only thing that any text can give", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
        }
      }),
    );
  });
});

describe("a contradiction", () => {
  it.each([
    [
      "timing: { leaseSeconds: 35 }",
      "timing.leaseSeconds must be more than writeWithinSeconds, requestTimeoutSeconds and clockSkewSeconds together (35 s)",
    ],
    ["timing: { leaseSeconds: 5m }", "timing.leaseSeconds must be less than 300 s, after which a writer is ended"],
    ["timing: { approvalSeconds: 2h }", "timing.approvalSeconds must be less than limits.ageSeconds (7200 s)"],
    ["timing: { pauseSeconds: 1d }", "timing.pauseSeconds must be less than limits.ageSeconds"],
    ["timing: { longestWaitSeconds: 1d }", "timing.longestWaitSeconds must be less than limits.ageSeconds"],
    ["limits: { freshSeconds: 10 }", "limits.freshSeconds must be more than timing.requestTimeoutSeconds (10 s)"],
    ["limits: { blastPods: 21 }", "limits.blastPods must be at most podsPerIncident (20)"],
    ["limits: { podsPerIncident: 5 }", "limits.blastPods must be at most podsPerIncident (5)"],
    ["series: { prod: {} }", "series.prod must name at least one label"],
    ["series: { prod: { a-b: c } }", "series.prod.a-b must be the name of a label"],
    ["protectedNamespaces: [kube-*]", "protectedNamespaces must protect spirl-system"],
    ["protectedNamespaces: [spirl-system]", "protectedNamespaces must protect kube-system"],
    ["installation: { namespace: identity }", "protectedNamespaces must protect identity"],
    ["mode: { remedies: { evict-pod: approve } }", "approvers must name who may answer"],
    ["expected: [{ namespace: a, kind: Deployment }]", "expected[0] must have both kind and name"],
    ["expected: [{ namespace: a, name: b }]", "expected[0] must have both kind and name"],
  ])("is refused: %s", (text, says) => expect(errors(text)).toEqual([expect.stringContaining(says)]));

  it("is none at the very edge", () => {
    expect(parse("timing: { leaseSeconds: 36 }").timing.leaseSeconds).toBe(36);
    expect(parse("timing: { leaseSeconds: 299 }").timing.leaseSeconds).toBe(299);
    expect(parse("mode: { default: approve }", "approvers: [alice]").approvers).toEqual(["alice"]);
    expect(parse("limits: { blastPods: 40, podsPerIncident: 40 }").limits.blastPods).toBe(40);
    expect(parse("series: { prod: { cluster: prod-eu-1, region: eu } }").series).toEqual({ prod: { cluster: "prod-eu-1", region: "eu" } });
    expect(parse("installation: { namespace: identity }", "protectedNamespaces: [kube-system, 'ident*']").installation.namespace).toBe(
      "identity",
    );
  });

  it("never gets through: whatever the times are, a write ends before its lease, and the lease before its writer", () => {
    // So that some come through: a third of the longest each.
    const seconds = fc.integer({ min: 1, max: 110 });
    const lease = fc.integer({ min: 1, max: 600 });
    fc.assert(
      fc.property(lease, seconds, seconds, seconds, (lease, write, timeout, skew) => {
        const text = `timing: { leaseSeconds: ${lease}, writeWithinSeconds: ${write}, requestTimeoutSeconds: ${timeout}, clockSkewSeconds: ${skew} }\nlimits: { freshSeconds: 1000 }`;
        expect(errors(text).length === 0).toBe(write + timeout + skew < lease && lease < remediate.timeoutSeconds);
      }),
    );
  });
});
