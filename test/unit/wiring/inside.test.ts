import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incidentId } from "../../../kernel/ids.ts";
import type { ClusterPlace } from "../../../kernel/types/index.ts";
import { apiServer, credentialsInside } from "../../../lambdas/wiring/inside.ts";
import { json, type Seen, serve, text } from "../adapters/server.ts";

const id = "prod-svids-checkout-0123456789abcde-g1";
const inside = "arn:aws-us-gov:iam::111122223333:role/remediator-Diagnose-inside-us-gov-west-1";
const here: ClusterPlace = { region: "us-gov-west-1", eks: "main", access: { entries: "made" } };
const there: ClusterPlace = {
  ...here,
  region: "us-gov-east-1",
  account: "444455556666",
  access: { entries: "made", role: "remediator-{function}", externalId: "us-and-you" },
};

/** STS, which gives each session credentials by the role's name, and EKS. `seen` says who asked what. */
async function aws() {
  const { url: endpoint, seen } = await serve((one, response) => {
    if (one.method === "GET") return json(200, { cluster: { endpoint: "https://eks" } })(one, response);
    const role = String(new URLSearchParams(one.body).get("RoleArn")).split("/")[1];
    const given = `<AccessKeyId>${role}</AccessKeyId><SecretAccessKey>key</SecretAccessKey><SessionToken>token</SessionToken>`;
    return text(200, `<AssumeRoleResponse>${given}</AssumeRoleResponse>`)(one, response);
  });
  const asItself = (region = "us-gov-west-1") => ({ region, endpoint, credentials: { accessKeyId: "itself", secretAccessKey: "key" } });
  return { seen, enter: (place: ClusterPlace) => ({ place, session: id, by: "Diagnose", inside, asItself }) };
}
const whoAsked = ({ headers }: Seen) => /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "")?.slice(1);
const asked = ({ body }: Seen) => Object.fromEntries(new URLSearchParams(body));

describe("into a cluster of our own account", () => {
  test("a function goes in its role inside, in the name of the incident", async () => {
    const { seen, enter } = await aws();
    expect((await credentialsInside(enter(here))).accessKeyId).toBe("remediator-Diagnose-inside-us-gov-west-1");
    expect(seen.map(whoAsked)).toEqual([["itself", "us-gov-west-1", "sts"]]);
    expect(seen.map(asked)).toMatchObject([{ Action: "AssumeRole", RoleArn: inside, RoleSessionName: id }]);
  });

  test("and asks EKS as itself, for the role inside may do nothing", async () => {
    const { seen, enter } = await aws();
    expect(await apiServer(enter(here))).toEqual({ endpoint: "https://eks" });
    expect(seen.map(whoAsked)).toEqual([["itself", "us-gov-west-1", "eks"]]);
  });

  test("also of another account whose owner lets that role in", async () => {
    const { seen, enter } = await aws();
    const { role: _, externalId: __, ...access } = there.access;
    expect((await credentialsInside(enter({ ...there, access }))).accessKeyId).toBe("remediator-Diagnose-inside-us-gov-west-1");
    expect(seen).toHaveLength(1);
  });
});

describe("into a cluster of an account that wants a role of its own", () => {
  test("a function goes on from its role inside, in its partition, with the external id, and still in the incident's name", async () => {
    const { seen, enter } = await aws();
    expect((await credentialsInside(enter(there))).accessKeyId).toBe("remediator-Diagnose");
    expect(seen.map(whoAsked)).toEqual([
      ["itself", "us-gov-west-1", "sts"],
      ["remediator-Diagnose-inside-us-gov-west-1", "us-gov-west-1", "sts"],
    ]);
    expect(seen.map(asked)).toMatchObject([
      { RoleArn: inside, RoleSessionName: id },
      { RoleArn: "arn:aws-us-gov:iam::444455556666:role/remediator-Diagnose", RoleSessionName: id, ExternalId: "us-and-you" },
    ]);
    expect(asked(seen[0] ?? lost())).not.toHaveProperty("ExternalId");
  });

  test("and asks EKS in that role, in the cluster's region", async () => {
    const { seen, enter } = await aws();
    await apiServer(enter(there));
    expect(whoAsked(seen.at(-1) ?? lost())).toEqual(["remediator-Diagnose", "us-gov-east-1", "eks"]);
  });
});

test("an incident's id is a name that STS takes for a session, whatever the cluster is called", () => {
  const key = fc.record({
    cluster: fc.string({ minLength: 1, unit: "binary" }),
    name: fc.string({ unit: "binary" }),
    generation: fc.integer({ min: 1, max: 1e9 }),
  });
  fc.assert(
    fc.property(key, ({ cluster, name, generation }) => {
      const scope = { of: "owner", namespace: "a", kind: "Deployment", name } as const;
      expect(incidentId({ cluster, scenario: "workloads-not-receiving-svids", scope }, generation)).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});

function lost(): never {
  throw new Error("nothing was asked");
}
