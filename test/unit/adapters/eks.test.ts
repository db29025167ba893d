import { describe, expect, test } from "vitest";
import { eksAccess } from "../../../adapters/eks/access.ts";
import { describeCluster } from "../../../adapters/eks/describe.ts";
import { eksToken } from "../../../adapters/eks/token.ts";
import type { ClusterPlace } from "../../../kernel/types/index.ts";
import { signatureOf } from "../../support/signature.ts";
import { html, json, type Play, serve } from "./server.ts";

const credentials = { accessKeyId: "ASIA1", secretAccessKey: "the-secret-access-key", sessionToken: "the-session-token" };
const place: ClusterPlace = { region: "us-east-1", eks: "main", access: { entries: "made" } };
const tokenUrl = (token: string) => new URL(Buffer.from(token.replace(/^k8s-aws-v1\./, ""), "base64url").toString("utf8"));

describe("a token", () => {
  test("asks the STS of the cluster's region who its bearer is, for a minute, and of this cluster only", async () => {
    const url = tokenUrl(await eksToken({ cluster: "main", region: "us-east-1", credentials, now: new Date("2026-11-25T03:00:00Z") }));
    expect(url.origin).toBe("https://sts.us-east-1.amazonaws.com");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: "GetCallerIdentity",
      "X-Amz-Credential": "ASIA1/20261125/us-east-1/sts/aws4_request",
      "X-Amz-Date": "20261125T030000Z",
      "X-Amz-Expires": "60",
      "X-Amz-Security-Token": "the-session-token",
      "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
    });
  });

  test("asks in the region's own partition", async () => {
    const url = tokenUrl(await eksToken({ cluster: "main", region: "cn-north-1", credentials, now: new Date(0) }));
    expect(url.host).toBe("sts.cn-north-1.amazonaws.com.cn");
  });
});

describe("the way into a cluster", () => {
  /** The minute that it is, and how often credentials and EKS were asked. */
  async function way(of: ClusterPlace = place) {
    const count = { minute: 0, credentials: 0, described: 0 };
    const access = await eksAccess(of, {
      describe: async () => {
        count.described += 1;
        return { endpoint: "https://eks", ca: "YQ==" };
      },
      credentials: async () => {
        count.credentials += 1;
        return { ...credentials, sessionToken: `session-${count.credentials}` };
      },
      now: () => count.minute * 60_000,
    });
    if (access.by !== "token" || typeof access.token === "string") throw new Error("not a way by tokens");
    const { token, refused, server, caData } = access;
    return {
      count,
      token,
      refused: (one: string) => refused?.(one),
      server,
      caData,
      session: async () => tokenUrl(await token()).searchParams.get("X-Amz-Security-Token"),
    };
  }

  test("goes where EKS says, unless the policy says where", async () => {
    const asked = await way();
    expect([asked.server, asked.caData, asked.count.described]).toEqual(["https://eks", "YQ==", 1]);
    const told = await way({ ...place, endpoint: "https://known", ca: "Yg==" });
    expect([told.server, told.caData, told.count.described]).toEqual(["https://known", "Yg==", 0]);
  });

  test("keeps a token for 14 minutes of its 15, and makes the next with new credentials", async () => {
    const { count, session } = await way();
    expect([await session(), await session()]).toEqual(["session-1", "session-1"]);
    count.minute = 13.9;
    expect(await session()).toBe("session-1");
    count.minute = 14;
    expect(await session()).toBe("session-2");
  });

  test("does not keep a token that was refused, but makes another at most each five seconds", async () => {
    const { count, token, refused } = await way();
    const first = await token();
    expect([refused(first), await token()]).toEqual([false, first]);
    count.minute = 1;
    expect(refused(first)).toBe(true);
    const second = await token();
    expect(second).not.toBe(first);
    // Whoever went with the old one at the same time has another to go with already.
    expect([refused(first), await token(), count.credentials]).toEqual([true, second, 2]);
    expect([refused(second), await token(), count.credentials]).toEqual([false, second, 2]);
  });

  test("makes one token for all that were refused at the same time, also before it is made", async () => {
    const { count, token, refused } = await way();
    const first = await token();
    count.minute = 1;
    const again = await Promise.all(Array.from({ length: 20 }, async () => [refused(first), await token()]));
    const second = await token();
    expect(again).toEqual(again.map(() => [true, second]));
    expect([second === first, count.credentials]).toEqual([false, 2]);
  });
});

describe("EKS", () => {
  const describedBy = async (play: Play) => {
    const { url: endpoint, seen } = await serve(play);
    return { got: describeCluster("main", { region: "us-east-1", credentials, endpoint }), seen };
  };

  test("is asked in the cluster's region, by a signed request", async () => {
    const cluster = { name: "main", endpoint: "https://x.eks.amazonaws.com", certificateAuthority: { data: "YQ==" } };
    const { got, seen } = await describedBy(json(200, { cluster }));
    expect(await got).toEqual({ endpoint: "https://x.eks.amazonaws.com", ca: "YQ==" });
    expect(seen).toMatchObject([{ method: "GET", url: "/clusters/main", body: "" }]);
    const { given, right, scope } = signatureOf(seen[0] ?? lost(), credentials.secretAccessKey);
    expect([given, scope.split("/").slice(2, 4)]).toEqual([right, ["us-east-1", "eks"]]);
  });

  test.each<[string, Play, number]>([
    ["refuses", json(403, { message: "arn:aws:sts::1:x may not" }), 403],
    ["does not know it", json(404, {}), 404],
    ["has no address yet", json(200, { cluster: { status: "CREATING" } }), 200],
    ["sends a page", html(200), 200],
  ])("that %s leaves no way", async (_how, play, status) => {
    const { got } = await describedBy(play);
    await expect(got).rejects.toThrow(new Error(`EKS in us-east-1 does not say where the API server of main is (${status})`));
  });
});

function lost(): never {
  throw new Error("nothing was asked");
}
