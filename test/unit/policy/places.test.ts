import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { describe, expect, it } from "vitest";
import { PolicyError, parsePolicy } from "../../../adapters/policy/parse.ts";
import { inNetwork, networksIn, otherAccount, placeOf, roleThere, workspaceOf } from "../../../adapters/policy/places.ts";
import { logDays } from "../../../adapters/policy/schema.ts";

const file = "remediator.yaml";
const parse = (text: string) => parsePolicy(text, { file });
/** What is said about a text, without where it stands. */
function errors(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.map(({ field, says }) => `${field} ${says}`);
    throw error;
  }
  return [];
}

const home = 'home: { account: "111122223333", region: eu-west-1 }';
const ws = "ws-0a1b2c3d-0000-4000-8000-0123456789ab";
const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:remediator/mimir-a1B2c3";
const network = "{ vpc: vpc-12345678, subnets: [subnet-12345678], securityGroups: [sg-12345678], availabilityZones: [eu-west-1a] }";
/** A policy with one cluster, at home if nothing else is said. */
const withCluster = (more: string, rest = home) => `clusters: { prod: { region: eu-west-1, eks: prod, ${more} } }\n${rest}`;

describe("a cluster", () => {
  it("needs a region and a name, and has defaults for how it is got into", () => {
    expect(placeOf(parse("clusters: { prod: { region: eu-west-1, eks: main } }"), "prod")).toEqual({
      region: "eu-west-1",
      eks: "main",
      access: { entries: "made" },
    });
  });

  it("may have a Prometheus that asks for nothing", () => {
    const place = placeOf(parse(withCluster("prometheus: { url: http://prometheus:9090 }")), "prod");
    expect(place?.prometheus).toEqual({ url: "http://prometheus:9090", auth: { by: "none" }, headers: {} });
  });

  it.each([
    ["account: 444455556666", "clusters.prod.account must be the twelve digits of an account, in quotes"],
    ['account: "4444"', "clusters.prod.account must be the twelve digits of an account, in quotes"],
    ["region: Ireland", "clusters.prod.region must be a region, such as eu-west-1"],
    ["network: Private", "clusters.prod.network must be the name of a network"],
    ["access: { entries: mad }", "clusters.prod.access.entries must be one of made, given: did you mean made?"],
    ["access: { role: remediator }", "clusters.prod.access.role must be the name of a role with {function} in it once"],
    ["access: { role: 'a-{function}-{function}' }", "clusters.prod.access.role must be the name of a role with {function} in it once"],
    [
      "access: { role: 'arn:aws:iam::444455556666:role/x-{function}' }",
      "clusters.prod.access.role must be the name of a role with {function} in it once",
    ],
    ["access: { rolle: 'a-{function}' }", "clusters.prod.access.rolle is not known here: did you mean role?"],
    ["prometheus: {}", "clusters.prod.prometheus.url must be an http or https URL"],
    ["prometheus: { url: 'https://me:secret@prometheus' }", "clusters.prod.prometheus.url must be an http or https URL without a user"],
    ["prometheus: { url: http://p, auth: { by: token } }", "clusters.prod.prometheus.auth.by must be one of none, sigv4, bearer, basic"],
    ["prometheus: { url: http://p, headers: { X-Scope-OrgID: 7 } }", "clusters.prod.prometheus.headers.X-Scope-OrgID must be plain text"],
    ['prometheus: { url: http://p, headers: { X-A: "a\\nb" } }', "clusters.prod.prometheus.headers.X-A must be plain text"],
    [
      "alertmanager: { url: http://a, auth: { by: none, account: '111122223333' } }",
      "clusters.prod.alertmanager.auth.account is not known here: there are by, secret",
    ],
  ])("is refused with %s", (more, says) => {
    const text = more.startsWith("region") ? `clusters: { prod: { ${more}, eks: prod } }` : withCluster(more);
    expect(errors(text)).toEqual([expect.stringContaining(says)]);
  });

  it.each(["Authorization", "proxy-authorization", "Cookie", "X-Api-Key", "X-Auth-Token", "Host", "X-Amz-Date", "a b"])(
    "has no header %s in the policy: what is secret belongs into a secret",
    (header) =>
      expect(errors(withCluster(`prometheus: { url: http://p, headers: { "${header}": x } }`))).toEqual([
        expect.stringContaining(`clusters.prod.prometheus.headers.${header} must be the name of a header that carries no secret`),
      ]),
  );

  it.each([
    ["without its last six characters", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:remediator/mimir"],
    ["by its name", "remediator/mimir-a1B2c3"],
    ["with a wildcard", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*-a1B2c3"],
    ["of another service", "arn:aws:ssm:eu-west-1:111122223333:parameter/mimir-a1B2c3"],
  ])("does not name a secret %s", (_how, arn) =>
    expect(errors(withCluster(`prometheus: { url: https://p, auth: { by: bearer, secret: "${arn}" } }`))).toEqual([
      "clusters.prod.prometheus.auth.secret must be the whole ARN of a secret of Secrets Manager, with the six characters at its end",
    ]),
  );
});

describe("what must hold between places", () => {
  it.each([
    ["network: eu", home, "clusters.prod.network must be one of the networks: there are none"],
    ["network: us", `${home}\nnetworks: { eu: ${network} }`, "clusters.prod.network must be one of the networks: there are eu"],
    ["ca: YQ==", home, "clusters.prod.ca must come with endpoint, or be left out: then EKS is asked for both"],
    ["endpoint: https://eks", home, "clusters.prod.endpoint must come with ca, by which the API server is known"],
    ["endpoint: http://eks, ca: YQ==", home, "clusters.prod.endpoint must be https, for tokens are sent there"],
    ["endpoint: http://127.0.0.1.example.com", home, "clusters.prod.endpoint must be https, for tokens are sent there"],
    [
      'account: "444455556666"',
      home,
      "clusters.prod.access must have a role in account 444455556666, or the cluster its endpoint and ca: EKS answers nobody from another account",
    ],
    ["access: { role: 'a-{function}' }", home, "clusters.prod.access.role must be left out: the cluster is in the stack's own account"],
    [
      "account: \"111122223333\", access: { role: 'a-{function}' }",
      home,
      "clusters.prod.access.role must be left out: the cluster is in the stack's own account",
    ],
    ["access: { externalId: us-and-you }", home, "clusters.prod.access.externalId must come with role"],
    [
      "account: \"444455556666\", access: { role: 'a-{function}' }",
      "",
      "home must say account and region of the stack, for clusters.prod names an account",
    ],
    ["prometheus: { url: https://p, auth: { by: bearer } }", home, "clusters.prod.prometheus.auth must have a secret, for it is bearer"],
    ["alertmanager: { url: https://a, auth: { by: basic } }", home, "clusters.prod.alertmanager.auth must have a secret, for it is basic"],
    [
      `prometheus: { url: https://p, auth: { secret: "${secret}" } }`,
      home,
      "clusters.prod.prometheus.auth must have no secret, for it is none",
    ],
    [
      `prometheus: { url: http://p, auth: { by: bearer, secret: "${secret}" } }`,
      home,
      "clusters.prod.prometheus.url must be https, for what is in the secret is sent there",
    ],
    [
      `prometheus: { url: https://p, auth: { by: bearer, secret: "${secret.replace("111122223333", "444455556666")}" } }`,
      home,
      "clusters.prod.prometheus.auth.secret must be of the stack's own account 111122223333: others' are encrypted by keys",
    ],
    [
      'prometheus: { url: https://p, auth: { account: "444455556666" } }',
      home,
      "clusters.prod.prometheus.auth.account must come with by: sigv4",
    ],
    [
      "prometheus: { url: https://p, auth: { by: sigv4 } }",
      home,
      "clusters.prod.prometheus.url must be that of a workspace, for auth is sigv4: https://aps-workspaces.<region>.amazonaws.com/workspaces/ws-...",
    ],
  ])("is broken by %s", (more, rest, says) => expect(errors(withCluster(more, rest))).toEqual([expect.stringContaining(says)]));

  it("needs to be known where the stack is, as soon as clusters are in several regions", () => {
    const clusters = "clusters: { a: { region: eu-west-1, eks: a }, b: { region: us-east-1, eks: b } }";
    expect(errors(clusters)).toEqual(["home must say account and region of the stack, for its clusters are in eu-west-1, us-east-1"]);
    expect(errors(`${clusters}\n${home}`)).toEqual([]);
  });

  it("lets no cluster have two names: it would have two leases", () => {
    const two = (more: string) => `${home}\nclusters: { a: { region: eu-west-1, eks: one }, b: { region: eu-west-1, eks: one, ${more} } }`;
    const says = "clusters.b must be another cluster than a: one cluster has one name";
    expect(errors(two(""))).toEqual([says]);
    expect(errors(two('account: "111122223333"'))).toEqual([says]);
    expect(errors(two("account: \"444455556666\", access: { role: 'x-{function}' }"))).toEqual([]);
  });

  it("lets one stack only make a role, and one external id open it", () => {
    const two = (more: string) =>
      [
        home,
        "clusters:",
        "  a: { region: eu-west-1, eks: a, account: '444455556666', access: { role: 'x-{function}', externalId: one } }",
        `  b: { eks: b, account: '444455556666', ${more} }`,
      ].join("\n");
    expect(errors(two("region: us-east-1, access: { role: 'x-{function}', externalId: one }"))).toEqual([
      "clusters.b.access.role must be another than that of a, which is in eu-west-1: each region's stack makes its own",
    ]);
    expect(errors(two("region: eu-west-1, access: { role: 'x-{function}', externalId: two }"))).toEqual([
      "clusters.b.access.externalId must be that of a: they have one role",
    ]);
    expect(errors(two("region: us-east-1, access: { entries: given, role: 'x-{function}', externalId: two }"))).toEqual([]);
    expect(errors(two("region: us-east-1, access: { role: 'x-{function}-us' }"))).toEqual([]);
  });

  it.each([
    ["subnets: []", "networks.eu.subnets must be a list of at least one subnet"],
    ["subnets: [subnet-1]", "networks.eu.subnets[0] must be an id such as subnet-0123456789abcdef0"],
    ["securityGroups: []", "networks.eu.securityGroups must be a list of at least one security group"],
    ["vpc: prod", "networks.eu.vpc must be an id such as vpc-0123456789abcdef0"],
    ["availabilityZones: [eu-west-1]", "networks.eu.availabilityZones[0] must be an availability zone, such as eu-west-1a"],
    ["availabilityZones: [eu-west-1a, eu-west-1b]", "networks.eu.availabilityZones must be as many as the subnets (1), in their order"],
  ])("a network with %s is refused", (change, says) => {
    const [key = ""] = change.split(":");
    const changed = network.replace(new RegExp(`${key}: [^\\]},]+\\]?`), change);
    expect(errors(`networks: { eu: ${changed} }`)).toEqual([says]);
  });
});

describe("retention", () => {
  it("knows what CloudWatch Logs takes, but for what never ends", () => {
    const all = Object.values(RetentionDays).filter((days): days is number => typeof days === "number");
    expect([...logDays, RetentionDays.INFINITE].sort((a, b) => a - b)).toEqual(all.sort((a, b) => a - b));
  });

  it.each([
    ["auditLogDays: 366", "retention.auditLogDays must be one of 1, 3, 5, 7, 14, 30, 60, 90,"],
    ["logDays: 1y", "retention.logDays must be one of 1, 3, 5,"],
    ["lockDays: 0", "retention.lockDays must be a whole number of days from 1 to 36500"],
    ["coldAfterDays: 0.5", "retention.coldAfterDays must be a whole number of days from 1 to 36500"],
  ])("is refused with %s", (text, says) => expect(errors(`retention: { ${text} }`)).toEqual([expect.stringContaining(says)]));
});

describe("the desk", () => {
  it.each(["on-call", "On Call <on-call@example.com>", "a@b", "a@b c.de"])("sends nothing to %s", (address) =>
    expect(errors(`desk: { email: ["${address}"] }`)).toEqual(["desk.email[0] must be an e-mail address"]),
  );
});

describe("places", () => {
  const policy = parse(`${home}\nnetworks: { eu: ${network}, us: ${network}, spare: ${network} }
clusters:
  a: { region: eu-west-1, eks: a, network: us }
  b: { region: eu-west-1, eks: b, network: eu, account: "111122223333" }
  c: { region: eu-west-1, eks: c, network: us, account: "444455556666", access: { role: "x-{function}" } }`);

  it("are known by the cluster's own name only", () => {
    expect(placeOf(policy, "a")?.eks).toBe("a");
    for (const name of ["d", "constructor", "__proto__"]) expect(placeOf(policy, name)).toBeUndefined();
  });

  it("have an account of their own where that is not the stack's", () => {
    expect(Object.values(policy.clusters).map((place) => otherAccount(place, policy.home))).toEqual([undefined, undefined, "444455556666"]);
  });

  it("are gone to from outside all networks, and from those that a cluster names", () => {
    expect(networksIn(policy)).toEqual([undefined, "eu", "us"]);
    expect(networksIn(parse(""))).toEqual([undefined]);
    expect([inNetwork("remediator"), inNetwork("remediator", "eu")]).toEqual(["remediator", "remediator-eu"]);
  });

  it("have a role for each function", () => {
    expect(roleThere(policy.clusters.c ?? lost(), "Diagnose")).toBe("x-Diagnose");
    expect(roleThere(policy.clusters.a ?? lost(), "Diagnose")).toBeUndefined();
  });

  it.each([
    [`https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/${ws}`, "eu-west-1"],
    [`https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/${ws}/alertmanager`, "eu-west-1"],
    [`https://aps-workspaces-fips.us-gov-west-1.amazonaws.com/workspaces/${ws}/`, "us-gov-west-1"],
    [`https://vpce-0a1b-2c3d.aps-workspaces.us-east-1.vpce.amazonaws.com/workspaces/${ws}`, "us-east-1"],
  ])("of Amazon's Prometheus are known: %s", (url, region) => expect(workspaceOf(url)).toEqual({ region, id: ws }));

  it.each([
    `http://aps-workspaces.eu-west-1.amazonaws.com/workspaces/${ws}`,
    `https://aps-workspaces.eu-west-1.amazonaws.com.example.com/workspaces/${ws}`,
    `https://example.com/aps-workspaces.eu-west-1.amazonaws.com/workspaces/${ws}`,
    `https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/${ws}x`,
    "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1",
  ])("of others are not: %s", (url) => expect(workspaceOf(url)).toBeUndefined());
});

function lost(): never {
  throw new Error("the policy has lost a cluster");
}
