import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../local/world/kubernetes/audit.ts";
import { resourceRequest } from "../../../local/world/kubernetes/request.ts";
import type { World } from "../../../local/world/world.ts";
import { acceptedWrites, aFile, aSession, aWorld, cli } from "./support.ts";

type Event = Readonly<Record<string, unknown>>;

/** A request as the API server's audit log has it. */
function eventOf({ at, user, verb, path, dryRun, code }: AuditEntry, index: number): Event {
  const method = { create: "POST", patch: "PATCH" }[verb] ?? "PUT";
  const { plural, subresource, namespace, name } = resourceRequest(method, path) ?? {};
  const time = new Date(at).toISOString().replace("Z", "000Z");
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: `id-${index}`,
    stage: "ResponseComplete",
    requestURI: `${path}?fieldManager=remediator${dryRun ? "&dryRun=All" : ""}`,
    verb,
    user: { username: user, groups: ["system:authenticated"] },
    userAgent: "remediator",
    objectRef: { resource: plural, ...(subresource ? { subresource } : {}), namespace: plural === "namespaces" ? name : namespace, name },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
}
/** What `doctor` asks about its rights. */
const question = (at: number): Event => ({
  ...eventOf(
    {
      at,
      user: "reader",
      verb: "create",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: "",
      dryRun: false,
      fieldManager: null,
      code: 201,
    },
    998,
  ),
  objectRef: { resource: "selfsubjectaccessreviews", apiGroup: "authorization.k8s.io", apiVersion: "v1" },
});
const tick = (at: number): Event => ({
  ...eventOf({ at, user: "reader", verb: "get", path: "/api/v1/pods", body: "", dryRun: false, fieldManager: null, code: 200 }, 999),
  userAgent: "kubectl/v1.37.2",
});
const lines = (events: readonly Event[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");
const logOf = (world: World): readonly Event[] => [tick(Date.now() - 3_600_000), ...world.audit().map(eventOf), tick(Date.now() + 60_000)];

/** A real run to its end, with its audit log. */
async function aRun(incident: "older-than-webhook" | "healthy" = "older-than-webhook") {
  const { world } = await aWorld(incident);
  const session = await aSession(world);
  const id = await session.fire();
  await session.told("closed");
  // Its sealed copy follows by itself.
  await expect.poll(async () => (await cli("audit", "verify", "--data", session.data)).code, { timeout: 10_000 }).toBe(0);
  const verified = (events: readonly Event[] | string, ...more: readonly string[]) =>
    cli(
      "audit",
      "verify",
      ...more,
      "--data",
      session.data,
      "--audit-log",
      aFile(typeof events === "string" ? events : lines(events), "audit.log"),
    );
  return { world, id, verified, log: logOf(world), ...session };
}
const isWrite = ({ requestURI, verb }: Event) => verb === "patch" && !String(requestURI).includes("dryRun");

describe("audit verify --audit-log", () => {
  it("finds that ledger and cluster agree; then each way in which they do not", { timeout: 60_000 }, async () => {
    const { world, log, verified, records } = await aRun();
    expect(acceptedWrites(world)).toHaveLength(1);
    const [write] = log.filter(isWrite);
    const intent = records.find(({ type }) => type === "intent");

    const agrees = await verified(log);
    expect(agrees.code).toBe(0);
    expect(agrees.out).toMatch(/: 1 write of ours, 1 rehearsal, 1 with its intent\n✓ ledger and cluster agree/);

    expect(await verified([...log, question(Date.now())])).toMatchObject({
      code: 0,
      out: expect.stringContaining(": 1 write of ours, 1 rehearsal"),
    });

    const without = log.filter((event) => event !== write);
    expect(await verified(without)).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        new RegExp(
          `✗ \\S+ record ${intent?.seq} \\(rollout-restart Deployment payments/checkout\\) is on record as applied, but the audit log has no such write`,
        ),
      ),
    });

    const stolen = {
      ...write,
      auditID: "stolen",
      userAgent: "kubectl/v1.37.2",
      user: { username: "arn:aws:sts::1:assumed-role/rollout/x", groups: ["remediator:rollout-workload", "system:authenticated"] },
    };
    expect(await verified([...log, stolen])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/by arn:aws:sts.*has no intent in this ledger/),
    });
    const asked = { ...stolen, verb: "create", objectRef: { resource: "selfsubjectaccessreviews" } };
    expect(await verified([...log, asked])).toMatchObject({ code: 0 });

    const twice = [...log, { ...write, auditID: "another" }];
    expect(await verified(twice)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/✗ \S+ patch deployments payments\/checkout by RolloutWorkload \(200, auditID another\) has no intent/),
    });

    const elsewhere = log.map((event) =>
      event === write ? { ...event, objectRef: { resource: "deployments", namespace: "payments", name: "gateway" } } : event,
    );
    expect(await verified(elsewhere)).toMatchObject({ code: 1, out: expect.stringContaining("✗ 2 differences") });

    const later = new Date(Date.parse(String(write?.requestReceivedTimestamp)) + 50_000).toISOString();
    expect(await verified(log.map((event) => (event === write ? { ...event, requestReceivedTimestamp: later } : event)))).toMatchObject({
      code: 1,
    });

    const refused = log.map((event) => (event === write ? { ...event, responseStatus: { code: 403 } } : event));
    expect(await verified(refused)).toMatchObject({
      code: 1,
      out: expect.stringContaining("is on record as applied, but the API server refused it"),
    });
  });

  it("takes no notice of others, of rehearsals, of requests under way, and of a line that is still being written", {
    timeout: 60_000,
  }, async () => {
    const { log, verified } = await aRun();
    const [write] = log.filter(isWrite);
    const noise: readonly Event[] = [
      { ...write, userAgent: "kubectl/v1.37.2", auditID: "kubectl" },
      { ...write, stage: "RequestReceived", auditID: "received" },
      { ...write, verb: "get", auditID: "read" },
      { ...write, requestURI: `${String(write?.requestURI)}&dryRun=All`, auditID: "rehearsed" },
    ];
    expect(await verified(`${lines([...log, ...noise])}{"kind":"Event","aud`)).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 write of ours, 2 rehearsals"),
    });
    expect(await verified(lines([...log]).trimEnd())).toMatchObject({ code: 0 });
  });

  it("does not know what the log does not reach", { timeout: 60_000 }, async () => {
    const { verified, id } = await aRun();
    const late = await verified([tick(Date.now() + 60_000)]);
    expect(late).toMatchObject({ code: 3, out: expect.stringContaining("? it does not reach far enough") });
    expect(await verified("")).toMatchObject({ code: 3, out: expect.stringContaining("(it is empty)") });
    expect(await verified("", id)).toMatchObject({ code: 3 });
    const json = await verified("", "--json");
    expect(JSON.parse(json.out)).toMatchObject({
      auditLog: { writes: 0, differences: [], untold: [expect.stringContaining("is on record as applied")] },
    });
  });

  it("compares a whole log with all incidents, and one incident with its own writes only", { timeout: 60_000 }, async () => {
    const { verified, log, id } = await aRun();
    const [write] = log.filter(isWrite);
    const another = { ...write, objectRef: { resource: "deployments", namespace: "shop", name: "cart" }, auditID: "another" };
    expect(await verified([...log, another])).toMatchObject({ code: 1 });
    expect(await verified([...log, another], id)).toMatchObject({ code: 0 });
  });

  it("agrees on nothing where nothing was written, and refuses what is no audit log", { timeout: 60_000 }, async () => {
    const { verified, log, data } = await aRun("healthy");
    expect(await verified(log)).toMatchObject({ code: 0, out: expect.stringContaining("0 writes of ours") });
    expect(await verified("not json\n")).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/audit\.log:1: is not JSON/) });
    expect(await verified(`${lines([tick(Date.now())])}{"a":1}\n`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/audit\.log:2: is no event of an audit log/),
    });
    expect(await cli("audit", "verify", "--data", data, "--audit-log", "/nowhere.log")).toMatchObject({
      code: 2,
      err: expect.stringContaining("/nowhere.log"),
    });
    expect(await cli("audit", "verify", "--data", data, "--cluster", "practice")).toMatchObject({
      code: 2,
      err: expect.stringContaining("it goes with --audit-log"),
    });
    expect(await verified(log, "--cluster", "practice")).toMatchObject({ code: 0 });
  });
});
