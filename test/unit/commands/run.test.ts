import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import type { LedgerRecord } from "../../../kernel/types/index.ts";
import { keepInForce, readInForce } from "../../../local/commands/in-force.ts";
import { takeLock } from "../../../local/lock.ts";
import { places } from "../../../local/places.ts";
import { lastingAccess } from "../../../local/settings.ts";
import { nonce } from "../../support/ledger-values.ts";
import { acceptedWrites, aFolder, aPolicy, aPolicyFile, aSession, aWorld, cli, kubeconfigFor, nobodyThere } from "./support.ts";

afterEach(() => void vi.unstubAllEnvs());

const recordsIn = (out: string): readonly LedgerRecord[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LedgerRecord);
const checkout = ["--namespace", "payments", "--kind", "Deployment", "--name", "checkout"] as const;

describe("run, for a cluster of one's own", () => {
  it("only observes, unless it is told more, and prints as start does", async () => {
    const { world, as } = await aWorld("older-than-webhook");
    const data = aFolder();
    const admin = as("admin");
    const { code, out, err } = await cli("run", ...checkout, ...admin, "--data", data, "--policy", aPolicyFile());
    expect(code).toBe(1);
    expect(out).toMatch(/● incident practice-svids-checkout-/);
    expect(out).toMatch(/✗ closed: observed\n +would rollout-restart checkout/);
    expect(err).toContain("Mode observe.");
    expect(world.audit()).toEqual([]);
    expect(existsSync(places(data).lock)).toBe(false);
    // For whoever asks later, whatever the kubeconfig's own context is by then.
    expect(readInForce(data)).toMatchObject({
      cluster: "practice",
      access: { by: "kubeconfig", file: admin[1], context: "practice" },
    });
  });

  it("repairs and proves where it may, and is done then", async () => {
    const { world, as } = await aWorld("older-than-webhook");
    const data = aFolder();
    const given = [...as("admin"), "--mode", "auto", "--prometheus", world.prometheusUrl, "--policy", aPolicyFile()] as const;
    const { code, out } = await cli("run", "payments/deployment/checkout", ...given, "--data", data, "--json");
    const records = recordsIn(out);
    expect(code).toBe(0);
    expect(records[0]).toMatchObject({
      type: "opened",
      incident: { scope: { kind: "Deployment", name: "checkout" }, alerts: [{ from: "manual" }] },
    });
    expect(records.at(-1)).toMatchObject({ type: "closed", result: "proved" });
    expect(acceptedWrites(world)).toHaveLength(1);
    // The same request again: all is well by now.
    const again = await cli("run", "payments/deployment/checkout", ...given, "--data", data, "--json");
    expect(again.code).toBe(0);
    expect(recordsIn(again.out).at(-1)).toMatchObject({ type: "closed", result: "self-healed" });
    expect(acceptedWrites(world)).toHaveLength(1);
  });

  it("refuses what does not name one thing, or nothing that can be", async () => {
    const there = ["--kubeconfig", kubeconfigFor(nobodyThere), "--data", aFolder()] as const;
    const refused = async (args: readonly string[], says: RegExp) =>
      expect(await cli("run", ...args, ...there)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(says) });
    await refused(["--kind", "Deployment", "--namespace", "a"], /--kind and --name go together/);
    await refused(["--name", "x", "--namespace", "a"], /--kind and --name go together/);
    await refused(["--pod", "x"], /--namespace says where the workload is/);
    await refused(["--pod", "x", "--node", "n", "--namespace", "a"], /about one thing/);
    await refused(["a/b", "--pod", "x"], /by its argument or by flags, not by both/);
    await refused(["--kind", "Route", "--name", "x", "--namespace", "a"], /Allowed choices are Deployment, StatefulSet/);
    await refused(["--scenario", "out-of-coffee"], /Allowed choices are overall-health/);
    await refused(
      ["--pod", "UPPER", "--namespace", "a"],
      /^Cluster elsewhere\. Mode observe\.\nremediator: pod must be a name as Kubernetes has them/,
    );
    await refused(
      ["--pod", "x", "--namespace", "a", "--cluster", "arn:aws:eks/x"],
      /cluster must be the name of a cluster.*--cluster gives it another/,
    );
  });

  it.each([
    [["payments/deployment/chekout"], "Deployment payments/chekout", ""],
    [["paymnts/deployment/checkout"], "namespace paymnts", ""],
    [["--namespace", "paymnts"], "namespace paymnts", ""],
    [["payments/checkout"], "Pod payments/checkout", "; is payments/deployment/checkout meant?"],
    [["payments/job/checkout"], "Job payments/checkout", ""],
    [["--node", "ip-10-0-0-0"], "node ip-10-0-0-0", ""],
  ])("opens nothing about what is not in the cluster: %s", async (args, what, hint) => {
    const { as } = await aWorld("healthy");
    const data = join(aFolder(), "none-yet");
    const says = `remediator: there is no ${what} in cluster practice, so no incident is opened${hint}\n`;
    expect(await cli("run", ...args, ...as("reader"), "--data", data)).toMatchObject({ code: 2, out: "", err: says });
    expect(existsSync(data)).toBe(false);
  });

  it.each([
    ["may not be asked", async () => (await aWorld("healthy")).as("nobody")],
    ["gives no answer", async () => ["--kubeconfig", kubeconfigFor(nobodyThere)]],
  ])("goes on where the cluster %s: what is unknown is no mistake", async (_what, there) => {
    const given = [...(await there()), "--data", aFolder(), "--policy", aPolicyFile()] as const;
    const { code, out } = await cli("run", "payments/deployment/chekout", ...given, "--json");
    expect(code).toBe(1);
    expect(recordsIn(out)[0]).toMatchObject({ type: "opened", incident: { scope: { name: "chekout" } } });
  });

  it.each([
    ["--namespace", "payments"],
    ["--node", "ip-10-0-1-11.eu-west-1.compute.internal"],
    ["--scenario", "overall-health"],
  ])("goes on with whatever else is there: %s %s", async (...args) => {
    const { as } = await aWorld("healthy");
    const { out } = await cli("run", ...args, ...as("reader"), "--data", aFolder(), "--policy", aPolicyFile(), "--json");
    expect(recordsIn(out)[0]).toMatchObject({ type: "opened" });
  });

  it("wants to be told which cluster: it never takes the practice's policy to another", async () => {
    expect(await cli("run", "payments/checkout-1", "--data", aFolder())).toMatchObject({
      code: 2,
      err: expect.stringContaining("name the cluster (--kubeconfig or --context), or let `remediator start` run"),
    });
  });
});

describe("run, while remediator start runs", () => {
  it("puts the incident into its ledger, and follows what it does to the end", async () => {
    const { world } = await aWorld("older-than-webhook");
    const { data, records } = await aSession(world);
    const { code, out, err } = await cli("run", "deployment/checkout", "-n", "payments", "--data", data, "--json");
    expect(code).toBe(0);
    expect(err).toBe(`process ${process.pid} runs this data folder, and does the work\n`);
    const shown = recordsIn(out);
    expect(shown.map(({ hash }) => hash)).toEqual(records.map(({ hash }) => hash));
    expect(shown.at(-1)).toMatchObject({ type: "closed", result: "proved" });
    expect(existsSync(places(data).lock)).toBe(true);
    expect(acceptedWrites(world)).toHaveLength(1);
  });

  it("follows into the parent where the fault is the fleet's", async () => {
    const { world } = await aWorld("fleet-wide");
    const { data } = await aSession(world);
    const { code, out } = await cli("run", "payments/deployment/checkout", "--data", data, "--json");
    const shown = recordsIn(out);
    expect(code).toBe(1);
    expect(new Set(shown.map(({ incidentId }) => incidentId)).size).toBe(2);
    expect(shown.at(-1)).toMatchObject({ type: "closed", result: "escalated" });
    expect(acceptedWrites(world)).toEqual([]);
  });

  it("refuses what would have no effect, and another cluster", async () => {
    const { world } = await aWorld("healthy");
    const { data, records } = await aSession(world);
    const refused = async (args: readonly string[], says: string) =>
      expect(await cli("run", "payments/checkout-1", "--data", data, ...args)).toMatchObject({
        code: 2,
        err: expect.stringContaining(says),
      });
    await refused(["--mode", "auto", "--yes"], "under its own policy: --mode, --yes would change nothing");
    await refused(["--policy", "x.yaml"], "--policy would change nothing");
    await refused(["--cluster", "production"], "for cluster practice, not production: give another --data");
    await refused(["--kubeconfig", kubeconfigFor(nobodyThere)], "for cluster practice, not elsewhere");
    expect(records).toEqual([]);
  });

  it("puts nothing there about what is not in the cluster, asked by the way of that process or by one's own", async () => {
    const { world, as } = await aWorld("healthy");
    const { data, records } = await aSession(world);
    const says = "remediator: there is no Deployment payments/chekout in cluster practice, so no incident is opened\n";
    const mistyped = ["run", "payments/deployment/chekout", "--data", data] as const;
    expect(await cli(...mistyped, ...as("reader"))).toMatchObject({ code: 2, out: "", err: says });
    const [, file] = as("reader");
    await keepInForce(data, { cluster: "practice", policy: aPolicy(), access: { by: "kubeconfig", file } });
    expect(await cli(...mistyped)).toMatchObject({ code: 2, out: "", err: says });
    expect(records).toEqual([]);
  });

  it("goes on where that process's kubeconfig is gone", async () => {
    const { world } = await aWorld("healthy");
    const { data } = await aSession(world);
    await keepInForce(data, { cluster: "practice", policy: aPolicy(), access: { by: "kubeconfig", file: join(data, "gone") } });
    const { out } = await cli("run", "payments/deployment/chekout", "--data", data, "--json");
    expect(recordsIn(out)[0]).toMatchObject({ type: "opened", incident: { scope: { name: "chekout" } } });
  });

  it("asks no cluster where the kubeconfig is one that the variable KUBECONFIG names: in another shell that is another", async () => {
    const { world, as } = await aWorld("healthy");
    const { data } = await aSession(world);
    const [, file] = as("reader");
    vi.stubEnv("KUBECONFIG", file);
    expect(lastingAccess({ context: "practice" })).toEqual({});
    expect(lastingAccess({ kubeconfig: file })).toEqual({ access: { by: "kubeconfig", file, context: "practice" } });
    await keepInForce(data, { cluster: "practice", policy: aPolicy(), access: { by: "kubeconfig", context: "practice" } });
    const { out } = await cli("run", "payments/deployment/chekout", "--data", data, "--json");
    expect(recordsIn(out)[0]).toMatchObject({ type: "opened", incident: { scope: { name: "chekout" } } });
  });

  it("asks by kubectl's own file where that variable is not set", async () => {
    const { world, as } = await aWorld("healthy");
    const { data } = await aSession(world);
    const home = aFolder();
    mkdirSync(join(home, ".kube"));
    copyFileSync(as("reader")[1], join(home, ".kube", "config"));
    for (const [name, value] of [
      ["HOME", home],
      ["KUBECONFIG", ""],
    ] as const)
      vi.stubEnv(name, value);
    const lasting = lastingAccess({ context: "practice" });
    expect(lasting).toEqual({ access: { by: "kubeconfig", context: "practice" } });
    await keepInForce(data, { cluster: "practice", policy: aPolicy(), ...lasting });
    expect(await cli("run", "payments/deployment/chekout", "--data", data)).toMatchObject({ code: 2, out: "" });
  });

  it("says so where the other process ends before the incident does", async () => {
    const data = aFolder();
    openSqliteLedger({ path: places(data).ledger, random: nonce }).close();
    await keepInForce(data, { cluster: "practice", policy: aPolicy() });
    const free = takeLock(places(data).lock);
    const running = cli("run", "payments/deployment/checkout", "--data", data);
    await vi.waitFor(async () => expect(await openIn(data)).toHaveLength(1), { timeout: 10_000 });
    free();
    expect(await running).toMatchObject({ code: 3, err: expect.stringContaining("left before its end: the incident stays open") });
    expect(await openIn(data)).toHaveLength(1);
  });
});

async function openIn(data: string) {
  const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
  try {
    return await ledger.open();
  } finally {
    ledger.close();
  }
}
