import { describe, expect, it } from "vitest";
import { digest } from "../../../kernel/digest.ts";
import type { Alert } from "../../../kernel/types/index.ts";
import { freshAndFiring } from "../../../runbook/guards/fresh-and-firing.ts";
import { alertsWith, silences } from "../../../runbook/queries/alertmanager.ts";
import { firing } from "../../../runbook/queries/prometheus.ts";
import { given, Missing } from "../../support/evidence.ts";
import { type Asked, asked, diagnosedAt, foundFaulty, now } from "../../support/guards.ts";
import { anAlert, aPolicy, aRestart, at, aView } from "../../support/incidents.ts";

const labels = {
  alertname: "SpirlWorkloadWithoutSvid",
  cluster: "prod",
  namespace: "payments",
  workload: "checkout",
  severity: "critical",
};
/** What the rule sets by itself; `cluster` is put on by Prometheus on the way out. */
const own = { alertname: "SpirlWorkloadWithoutSvid", namespace: "payments", workload: "checkout" };
const alert = (fingerprint = "f1", change: Partial<Alert> = {}) =>
  anAlert({ from: "alertmanager", fingerprint, labels, whole: digest(labels), ...change });
const shown = (state: "active" | "suppressed" | "unprocessed", change: object = {}) => ({
  fingerprint: "f1",
  status: { state, silencedBy: [], inhibitedBy: [], ...change },
  startsAt: at(0),
  endsAt: at(600),
  labels,
});
const query = alertsWith({ alertname: own.alertname });
const alertmanager = (...answer: readonly unknown[]): Asked => ({ alerts: [alert()], besides: [[query, answer]] });
const say = (change: Asked) => asked(freshAndFiring, change);

describe("fresh-and-firing, by the age of the diagnosis", () => {
  const manual = { alerts: [anAlert()] };
  it("allows while it is fresh, and looks again at once when it is not", async () => {
    const diagnosed = (seconds: number) => ({ ...manual, ledger: aView([diagnosedAt(seconds, foundFaulty([aRestart()]))]), now: at(200) });
    expect(await say(diagnosed(80))).toEqual({ rule: "allow" });
    expect(await say(diagnosed(79))).toEqual({
      guard: "fresh-and-firing",
      rule: "deny",
      says: "the diagnosis is 121 s old",
      until: at(200),
    });
  });
  it("a diagnosis that is being made is of now", async () => {
    const earlier = aView([diagnosedAt(1, { ...foundFaulty([]), round: 1 })]);
    expect(await say({ ...manual, ledger: earlier, diagnosis: { ...foundFaulty([]), round: 2 }, now: at(1000) })).toEqual({
      rule: "allow",
    });
    expect(await say({ ...manual, ledger: aView([]), now: at(1000) })).toEqual({ rule: "allow" });
  });
});

describe("fresh-and-firing, by the alert", () => {
  it("allows what Alertmanager shows as active", async () => expect(await say(alertmanager(shown("active")))).toEqual({ rule: "allow" }));

  it.each([
    ["silenced", shown("suppressed", { silencedBy: ["s-1", "s-2"] }), "the alert is silenced (s-1, s-2)"],
    ["inhibited", shown("suppressed", { inhibitedBy: ["other"] }), "the alert is inhibited by another one"],
  ])("denies what is %s", async (_what, answer, says) =>
    expect(await say(alertmanager(answer))).toEqual({ guard: "fresh-and-firing", rule: "deny", says }),
  );

  it.each([
    ["is gone", [], "Alertmanager does not show the alert any more"],
    ["is another's of the same labels", [{ ...shown("active"), fingerprint: "f2" }], "Alertmanager does not show the alert any more"],
    ["is not looked at yet", [shown("unprocessed")], "Alertmanager has taken the alert in and not looked at it yet"],
  ])("waits where the alert %s", async (_what, answer, says) =>
    expect(await say(alertmanager(...answer))).toEqual({ guard: "fresh-and-firing", rule: "deny", says, until: at(120) }),
  );

  const both = [
    [alert("f1"), alert("f2")],
    [alert("f2"), alert("f1")],
  ];
  it("is another one that was made to have the fingerprint: what fires is not what this incident is about", async () => {
    const watchdog = { ...shown("active"), labels: { alertname: own.alertname, severity: "none" } };
    expect(await say(alertmanager(watchdog))).toMatchObject({ rule: "deny", says: "Alertmanager does not show the alert any more" });
    const { whole: _unknown, ...earlier } = alert();
    expect(await say({ ...alertmanager(shown("active")), alerts: [earlier] })).toMatchObject({ rule: "deny" });
  });
  it("one alert that fires is enough, wherever it stands", async () => {
    const answer = [shown("suppressed", { inhibitedBy: ["other"] }), { ...shown("active"), fingerprint: "f2" }];
    for (const alerts of both) expect(await say({ alerts, besides: [[query, answer]] })).toEqual({ rule: "allow" });
  });

  const silence = { guard: "fresh-and-firing", rule: "deny", says: "the alert is silenced (s-1)" };
  it("one alert that is silenced denies, whatever else fires, wherever it stands", async () => {
    const answer = [shown("suppressed", { silencedBy: ["s-1"] }), { ...shown("active"), fingerprint: "f2" }];
    for (const alerts of both) expect(await say({ alerts, besides: [[query, answer]] })).toEqual(silence);
  });

  it.each(["manual", "patrol", "fold"] as const)("and so it does where a find of origin %s joined", async (from) => {
    const answer = [shown("suppressed", { silencedBy: ["s-1"] })];
    for (const alerts of [
      [alert("f1"), alert("f2", { from })],
      [alert("f2", { from }), alert("f1")],
    ])
      expect(await say({ alerts, besides: [[query, answer]] })).toEqual(silence);
  });

  it("a silence of another alert of the name is not this incident's", async () => {
    const answer = [{ ...shown("suppressed", { silencedBy: ["s-1"] }), fingerprint: "f9" }, shown("active")];
    expect(await say(alertmanager(...answer))).toEqual({ rule: "allow" });
  });

  it("is asked for by its name alone: other labels may be called otherwise there", async () => {
    const mapped = alert("f1", { labels: { ...labels, namespace: "mapped-by-the-policy" } });
    expect(await say({ ...alertmanager(shown("active")), alerts: [mapped] })).toEqual({ rule: "allow" });
  });

  it("asks also where the diagnosis is too old, and says first what does not pass by itself", async () => {
    const old = { ledger: aView([diagnosedAt(1, foundFaulty([aRestart()]))]), now: at(9000) };
    const silenced = alertmanager(shown("suppressed", { silencedBy: ["s-1"] }));
    expect(await say({ ...silenced, ...old })).toMatchObject({ says: "the alert is silenced (s-1)" });
  });

  it("denies where all are resolved", async () =>
    expect(await say({ alerts: [] })).toMatchObject({ rule: "deny", says: "every alert of this incident is resolved" }));

  it.each(["manual", "patrol", "fold"] as const)("a find of origin %s holds as long as the check is faulty", async (from) =>
    expect(await say({ alerts: [alert("f1"), alert("f2", { from })] })).toEqual({ rule: "allow" }),
  );

  it("what did not help is taken back although nothing fires", async () =>
    expect(await say({ undoing: true, alerts: [], ledger: aView([diagnosedAt(1, foundFaulty([]))]), now: at(9000) })).toEqual({
      rule: "allow",
    }));
});

describe("fresh-and-firing, by what people have silenced", () => {
  const found = { alertname: "SpirlWorkloadNotInjected", cluster: "prod", namespace: "payments", workload: "checkout" };
  const patrolled = [anAlert({ from: "patrol", labels: found })];
  const matcher = (name: string, value: string, change: object = {}) => ({ name, value, isRegex: false, isEqual: true, ...change });
  const regex = (name: string, value: string) => matcher(name, value, { isRegex: true });
  const silence = (state: string, ...matchers: readonly object[]) => ({ id: "s-1", status: { state }, matchers, comment: "a move" });
  const besides = (...answer: readonly unknown[]): NonNullable<Asked["besides"]> => [[silences(), answer]];
  const held = { guard: "fresh-and-firing", rule: "deny", says: "what the patrol found is silenced (s-1)" };

  it("nobody hears of what the patrol found and a silence covers, but it is silenced all the same", async () => {
    for (const matchers of [
      [matcher("namespace", "payments")],
      [matcher("namespace", "payments"), matcher("workload", "checkout"), matcher("team", "")],
      [matcher("namespace", "web", { isEqual: false })],
      [regex("namespace", "pay.*|web")],
      [regex("alertname", "Spirl.+"), regex("workload", "(cart|checkout)")],
      [regex("namespace", ".*")],
      [regex("workload", "check\\-out|check.ut")],
      // As Alertmanager's own page makes it of an alert: all of its labels, also those that Prometheus adds.
      [...Object.entries(found), ["prometheus", "monitoring/k8s"] as const].map(([name, value]) => matcher(name, value)),
      [matcher("namespace", "payments"), regex("env", "prod|stage")],
    ])
      expect(await say({ alerts: patrolled, besides: besides(silence("active", ...matchers)) })).toEqual(held);
  });

  it.each<[string, object]>([
    ["is of something else", silence("active", matcher("namespace", "web"))],
    ["is of something else beside", silence("active", matcher("namespace", "payments"), matcher("workload", "cart"))],
    ["is of all but this", silence("active", matcher("namespace", "payments", { isEqual: false }))],
    ["has a pattern for something else", silence("active", regex("namespace", "pay|web.*"))],
    ["speaks only of a label that the find has not", silence("active", matcher("team", "web"))],
    [
      "is of something else, and of a label beside",
      silence("active", matcher("namespace", "web"), matcher("prometheus", "monitoring/k8s")),
    ],
    ["is over", silence("expired", matcher("namespace", "payments"))],
    ["is to come", silence("pending", matcher("namespace", "payments"))],
  ])("a silence that %s holds nothing", async (_what, one) =>
    expect(await say({ alerts: patrolled, besides: besides(one) })).toEqual({ rule: "allow" }),
  );

  it("a pattern that cannot be told here counts as one that covers it, and takes no time", async () => {
    for (const pattern of ["(?i)PAYMENTS", "(a+)+$", "[", "p{3}", ".*.*.*.*.*.*z"])
      expect(await say({ alerts: patrolled, besides: besides(silence("active", regex("namespace", pattern))) })).toEqual(held);
    const elsewhere = silence("active", regex("namespace", "(?i)PAYMENTS"), matcher("workload", "cart"));
    expect(await say({ alerts: patrolled, besides: besides(elsewhere) })).toEqual({ rule: "allow" });
  });

  it("holds whatever joined: also an alert that fires, and a person's request", async () => {
    const answers: NonNullable<Asked["besides"]> = [
      [query, [shown("active")]],
      [silences(), [silence("active", matcher("namespace", "payments"))]],
    ];
    for (const other of [alert(), anAlert({ from: "manual" })])
      expect(await say({ alerts: [...patrolled, other], besides: answers })).toEqual(held);
  });

  it("is not asked for what a person requests: that is their word", async () =>
    expect(await say({ alerts: [anAlert()], besides: besides(silence("active", matcher("cluster", "prod"))) })).toEqual({ rule: "allow" }));

  it("where Alertmanager cannot be asked, nobody knows of any", async () =>
    expect(await say({ alerts: patrolled, besides: [[silences(), new Missing("no Alertmanager is configured")]] })).toEqual({
      rule: "allow",
    }));
});

describe("fresh-and-firing, where no Alertmanager can be asked", () => {
  const silent = [query, new Missing("connection refused")] as const;
  const prometheus = (answer: unknown): Asked => ({ alerts: [alert()], besides: [silent, [firing(own, given()), answer]] });
  it("Prometheus is", async () => expect(await say(prometheus([{ labels: own, value: 1 }]))).toEqual({ rule: "allow" }));
  it("and denies where it shows nothing", async () =>
    expect(await say(prometheus([]))).toMatchObject({
      rule: "deny",
      says: "Alertmanager cannot be asked (connection refused), and Prometheus does not show the alert firing",
    }));
  it("and where neither can be asked, nothing is known, so nothing is done", async () =>
    expect(await say(prometheus(new Missing("no route")))).toMatchObject({ rule: "deny", says: "cannot tell: no route" }));
  it("an alert that names no rule is not taken for any that fires", async () =>
    expect(
      await say({
        alerts: [alert("f1", { labels: { namespace: "payments" } })],
        besides: [
          [alertsWith({ namespace: "payments" }), new Missing("connection refused")],
          [firing({ namespace: "payments" }, given()), [{ labels: { alertname: "Watchdog" }, value: 1 }]],
        ],
      }),
    ).toMatchObject({ rule: "deny", says: expect.stringContaining("the alert names no rule, or nothing that it is about") }));
  it("nor one that says nothing but its rule's name", async () => {
    const bare = { alertname: "Watchdog", cluster: "prod" };
    const asked = [alertsWith({ alertname: "Watchdog" }), new Missing("connection refused")] as const;
    const fires = [firing({ alertname: "Watchdog" }, given()), [{ labels: { alertname: "Watchdog" }, value: 1 }]] as const;
    expect(await say({ alerts: [alert("f1", { labels: bare })], besides: [asked, fires] })).toMatchObject({ rule: "deny" });
  });
  it("the scenario must be what the rule itself says, in its own words where the policy maps it", async () => {
    const scenario = "workloads-not-receiving-svids";
    const alerts = [alert("f1", { labels: { ...labels, scenario } })];
    const said = [firing({ scenario, ...own }, given()), [{ labels: own, value: 1 }]] as const;
    expect(await say({ alerts, besides: [silent, said] })).toEqual({ rule: "allow" });
    const mapping = { match: { alertname: own.alertname, team: "web" }, scenario, scope: "owner", labels: {} } as const;
    const policy = { ...aPolicy(), alerts: [mapping] };
    const theirs = [firing({ ...mapping.match, ...own }, given({ policy })), [{ labels: own, value: 1 }]] as const;
    expect(await say({ policy, alerts, besides: [silent, theirs] })).toEqual({ rule: "allow" });
  });
  it("an alert of another cluster in the same Prometheus is not this one", async () => {
    const policy = aPolicy({ series: { prod: { cluster: "prod-eu-1" } } });
    const ours = [firing(own, given({ policy })), []] as const;
    const everybodys = [firing(own, given()), [{ labels: own, value: 1 }]] as const;
    expect(await say({ policy, alerts: [alert()], besides: [silent, ours, everybodys] })).toMatchObject({ rule: "deny" });
  });
  it("an answer that cannot be read is none", async () =>
    expect(await say({ alerts: [alert()], besides: [[query, { not: "a list" }]] })).toMatchObject({ rule: "deny" }));
  it("an alert without any label cannot be asked for", async () =>
    expect(await say({ alerts: [alert("f1", { labels: {} })], now })).toMatchObject({
      rule: "deny",
      says: expect.stringMatching(/^cannot tell/),
    }));
});
