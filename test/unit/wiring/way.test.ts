import { describe, expect, test } from "vitest";
import type { Instant, Query, Source } from "../../../kernel/types/index.ts";
import { openWay } from "../../../lambdas/wiring/way.ts";
import { json, type Play, type Seen, serve, text } from "../adapters/server.ts";

const clock = () => "2026-11-25T03:00:00.000Z" as Instant;
const query = (source: Source, of: string): Query<unknown> => ({ source, text: of, parse: (raw) => raw });
const pods = query("kubernetes", "/api/v1/namespaces/payments/pods/checkout-1");

/** An API server, and an STS in front of it that can refuse. */
async function ground({ refuses = false, answers = json(200, { kind: "Pod", metadata: { name: "checkout-1" } }), now = Date.now } = {}) {
  const api = await serve(answers);
  const given = "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>key</SecretAccessKey><SessionToken>token</SessionToken>";
  const sts = await serve(refuses ? text(403, "<Error><Code>AccessDenied</Code></Error>") : text(200, given));
  const failures: unknown[] = [];
  const go = (id: string, named = true) =>
    openWay({
      cluster: "prod",
      entering: named
        ? {
            place: { region: "eu-west-1", eks: "main", endpoint: api.url, access: { entries: "made" } },
            session: id,
            by: "Diagnose",
            inside: "arn:aws:iam::111122223333:role/inside",
            asItself: (region = "eu-west-1") => ({
              region,
              endpoint: sts.url,
              credentials: { accessKeyId: "itself", secretAccessKey: "key" },
            }),
          }
        : undefined,
      failed: (error) => failures.push(error),
      endpointOf: ({ url }, timeoutSeconds) => ({ url, timeoutSeconds }),
      timeoutSeconds: 5,
      clock,
      now,
    });
  return { go, api: api.seen, sts: sts.seen, failures };
}
const sessionOf = ({ body }: Seen) => new URLSearchParams(body).get("RoleSessionName");

describe("a way into a cluster", () => {
  test("is made when something is asked, once for each incident, and goes in its name", async () => {
    const { go, api, sts } = await ground();
    const [one, other] = [go("incident-1"), go("incident-2")];
    expect(sts).toEqual([]);
    for (const way of [one, one, other]) expect(await way.world.fetch(pods)).toMatchObject({ state: "observed" });
    expect(sts.map(sessionOf)).toEqual(["incident-1", "incident-2"]);
    const tokens = api.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual([expect.stringMatching(/^Bearer k8s-aws-v1\./), tokens[0], expect.stringMatching(/^Bearer k8s-aws-v1\./)]);
    await Promise.all([one.close(), other.close()]);
  });

  test("whose token is taken no more is asked with a new one, in the same question", async () => {
    let [ms, known] = [0, true];
    const first = new Set<string | undefined>();
    const answers: Play = (seen, response) => {
      if (known) first.add(seen.headers.authorization);
      const taken = known || !first.has(seen.headers.authorization);
      json(taken ? 200 : 401, { kind: "Pod", metadata: { name: "checkout-1" } })(seen, response);
    };
    const { go, api, sts } = await ground({ answers, now: () => ms });
    const way = go("incident-1");
    expect(await way.world.fetch(pods)).toMatchObject({ state: "observed" });
    [ms, known] = [60_000, false];
    expect(await way.world.fetch(pods)).toMatchObject({ state: "observed" });
    expect([api.length, sts.length]).toEqual([3, 2]);
    await way.close();
  });

  test("that nobody lets us go leaves the cluster unknown, and a hand empty", async () => {
    const { go, api, failures } = await ground({ refuses: true });
    expect(await go("incident-1").world.fetch(pods)).toMatchObject({
      state: "unavailable",
      reason: expect.stringContaining("our credentials for the API server could not be had"),
    });
    expect(api).toEqual([]);
    expect(failures).toEqual([new Error("the role arn:aws:iam::111122223333:role/inside cannot be assumed: 403 AccessDenied")]);
  });

  test("into a cluster that the policy does not name is no fault of whoever looks: what is there is unknown, with the reason", async () => {
    const { go } = await ground();
    const way = go("incident-1", false);
    const reason = "there is no way into prod: the policy's clusters do not say where prod is";
    for (const source of ["kubernetes", "logs"] as const) {
      expect(await way.world.fetch(query(source, pods.text))).toMatchObject({ state: "unavailable", reason });
    }
    expect(await way.world.fetch(query("prometheus", "up"))).toMatchObject({ reason: "no Prometheus is configured" });
    await expect(way.connection()).rejects.toThrow("do not say where prod is");
    await expect(way.close()).resolves.toBeUndefined();
  });
});
