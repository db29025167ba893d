import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { placeOf } from "../../../adapters/archive/address.ts";
import { folderArchive } from "../../../adapters/archive/folder.ts";
import { openSqliteLedger } from "../../../adapters/ledger/sqlite/open.ts";
import { redactText } from "../../../adapters/redact/index.ts";
import { sha256 } from "../../../kernel/digest.ts";
import { instant } from "../../../kernel/time.ts";
import { ingest, type Received } from "../../../lambdas/ingest/handler.ts";
import { places } from "../../../local/places.ts";
import { nonce } from "../../support/ledger-values.ts";
import { anAlert, bodyOf, memory, sender } from "../ingress/support.ts";
import { aFolder, cli } from "./support.ts";

const daySeconds = 24 * 60 * 60;
const noCluster = "labels.cluster must name the cluster: Prometheus adds it to every alert with global.external_labels";
const withoutCluster = (labels = {}) => anAlert({}, { cluster: "", ...labels });

/** A data folder that deliveries came to, so many seconds ago. */
async function aFolderWith(...deliveries: readonly (readonly [body: string, secondsAgo: number, source?: Received["source"]])[]) {
  const data = aFolder();
  const ledger = openSqliteLedger({ path: places(data).ledger, random: nonce });
  const archive = folderArchive(places(data).archive);
  for (const [body, secondsAgo, source = "alertmanager"] of deliveries) {
    const clock = () => instant(Date.now() - secondsAgo * 1000);
    await ingest({ body, source, sender }, { ...memory().ports, ledger, archive, clock });
  }
  ledger.close();
  const fileOf = (body: string) => join(places(data).archive, placeOf(sha256(redactText(body))));
  const rejected = (...more: readonly string[]) => cli("rejected", "--data", data, ...more);
  const inJson = async (...more: readonly string[]) =>
    (await rejected("--json", ...more)).out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { data, fileOf, rejected, inJson };
}

describe("rejected", () => {
  it("says why an alert was not taken, what it was about, and where its delivery is, the last first", async () => {
    const first = bodyOf([anAlert(), withoutCluster()]);
    const last = bodyOf([anAlert({}, { scenario: "agent-restart" })]);
    const { rejected, fileOf } = await aFolderWith([first, 120], [last, 60]);
    const { code, out, err } = await rejected();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [scenario, about, where, cluster, ...others] = out.split("\n");
    expect(scenario).toMatch(/^✗ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}labels\.scenario must be one of .*: did you mean agent-restarts\?$/);
    expect(about).toContain("    SpirlWorkloadNotInjected cluster=practice scenario=agent-restart");
    expect(where).toBe(`    the delivery: ${fileOf(last)}`);
    expect(cluster?.slice(23)).toBe(noCluster);
    expect(others.join("\n")).toMatch(
      /workload=checkout\n {4}the delivery: \S+\n\n2 alerts since \d{4}-\d\d-\d\d \(further back: --days\)\n$/,
    );
    expect(others).toContain(`    the delivery: ${fileOf(first)}`);
  });

  it("has a paragraph for all of a delivery that have the same reason", async () => {
    const many = Array.from({ length: 50 }, (_, index) => withoutCluster({ workload: `checkout-${index}` }));
    const { rejected, inJson } = await aFolderWith([bodyOf(many), 60]);
    const { out } = await rejected();
    expect(out.match(/✗/g)).toHaveLength(1);
    expect(out.match(/workload=checkout-\d+/g)).toEqual(["workload=checkout-0", "workload=checkout-1", "workload=checkout-2"]);
    expect(out).toContain("    and 47 more\n");
    expect((await inJson()).map(({ index }) => index)).toEqual(many.map((_, index) => index));
  });

  it("as JSON lines", async () => {
    const body = bodyOf([anAlert(), withoutCluster()]);
    const { inJson, fileOf } = await aFolderWith([body, 60]);
    expect(await inJson()).toEqual([
      {
        at: expect.stringMatching(/Z$/),
        reason: noCluster,
        ignored: false,
        delivery: sha256(redactText(body)),
        index: 1,
        where: fileOf(body),
        labels: expect.objectContaining({ alertname: "SpirlWorkloadNotInjected", workload: "checkout" }),
      },
    ]);
  });

  it("shows twenty, and leaves out what asked for nothing, unless it is asked for all", async () => {
    const own = bodyOf([anAlert({}, { alertname: "RemediatorApprovalWaiting" })]);
    const bodies = Array.from({ length: 25 }, (_, index) => [bodyOf([withoutCluster({ workload: `w-${index}` })]), 100 - index] as const);
    const { rejected, inJson } = await aFolderWith([own, 1], ...bodies);
    const some = (await rejected()).out;
    expect(some.match(/ workload=w-\d+/g)?.map((one) => Number(one.slice(12)))).toEqual(Array.from({ length: 20 }, (_, at) => 24 - at));
    expect(some).toMatch(
      /\n20 alerts since \S+ \(5 earlier ones not shown: --all; 1 alert asked for nothing, and is not shown: --all; further/,
    );
    const all = (await rejected("--all")).out;
    expect(all.match(/^✗/gm)).toHaveLength(25);
    expect(all).toMatch(/^· .*our own alert: it never opens an incident\n {4}RemediatorApprovalWaiting /m);
    expect(all).toContain("\n26 alerts since");
    // A program is not told of what is cut, and so nothing is.
    expect((await inJson()).map(({ ignored }) => ignored)).toEqual(bodies.map(() => false));
    expect(await inJson("--all")).toHaveLength(26);
  });

  it("looks back two days, or as many as it is told", async () => {
    const { rejected } = await aFolderWith([bodyOf([withoutCluster()]), 5 * daySeconds]);
    expect(await rejected()).toMatchObject({ code: 0, out: expect.stringMatching(/^no alert was rejected since \d{4}-\d\d-\d\d \(/) });
    expect((await rejected("--days", "6")).out).toContain(noCluster);
    for (const days of ["0", "367", "1.5", "x"])
      expect(await rejected("--days", days)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("a number from 1 to 366") });
  });

  it("knows the labels of whatever way it came by", async () => {
    const message = JSON.stringify({ alerts: [withoutCluster({ workload: "by-sns" })] });
    const request = JSON.stringify({ manual: { cluster: "", scenario: "agent-restarts", node: "by-hand" } });
    const { rejected } = await aFolderWith(
      [JSON.stringify({ Type: "Notification", Message: message }), 3, "sns"],
      [request, 2, "manual"],
      ["no JSON", 1],
    );
    const { out } = await rejected();
    expect(out).toContain("workload=by-sns");
    expect(out).toContain("scenario=agent-restarts node=by-hand");
    expect(out).toMatch(/the whole delivery: body is not JSON\n {4}1 alert\n {4}the delivery: /);
  });

  it("shows no secret, and nothing of a foreign text that could move the cursor or look like a line of ours", async () => {
    const alertname = "\u001b[2J\u001b]0;title\u0007gone\rback\n✓ all is well";
    const { rejected, inJson } = await aFolderWith([bodyOf([withoutCluster({ alertname, password: "hunter2-hunter2" })]), 60]);
    for (const { raw } of [await rejected(), await rejected("--json")])
      expect(["\u001b[2J", "\u0007", "\r", "\n✓", "hunter2"].filter((text) => raw.includes(text))).toEqual([]);
    expect((await rejected()).out).toContain("    gone back ✓ all is well cluster= scenario=");
    expect((await inJson())[0]).toMatchObject({ labels: { alertname } });
  });

  it("cuts what is long", async () => {
    const { rejected, inJson } = await aFolderWith([bodyOf([withoutCluster({ team: "x".repeat(4000) })]), 60]);
    expect(Math.max(...(await rejected()).out.split("\n").map((line) => line.length))).toBeLessThan(300);
    expect((await inJson())[0]).toMatchObject({ labels: { team: `${"x".repeat(253)}…` } });
  });

  it("says so where the delivery is gone from the archive, or is another", async () => {
    const body = bodyOf([withoutCluster()]);
    const { rejected, fileOf } = await aFolderWith([body, 60]);
    writeFileSync(fileOf(body), bodyOf([withoutCluster({ alertname: "Forged" })]));
    const forged = (await rejected()).out;
    expect(forged).toMatch(/ {4}1 alert\n {4}what it was cannot be told, what is archived under [0-9a-f]{64} was changed: /);
    expect(forged).not.toContain("Forged");
    rmSync(fileOf(body));
    expect((await rejected()).out).toMatch(/what it was cannot be told, nothing is archived under [0-9a-f]{64}: /);
  });
});
