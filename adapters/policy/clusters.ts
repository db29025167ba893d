import * as z from "zod";
import { authentications } from "../../kernel/types/index.ts";
import { map, name, table, word } from "./fields.ts";
import { accountId, clusterName, functionMark, headerName, networkName, regionName, rolePattern, secretArn } from "./names.ts";

export const aCluster = "must be the name of a cluster: letters, digits, dots, hyphens and underscores, at most 100";
const aUrl = "must be an http or https URL without a user or a password in it";
const anAccount = "must be the twelve digits of an account, in quotes";
const aRegion = "must be a region, such as eu-west-1";
const aNetwork = "must be the name of a network: lower-case letters, digits and hyphens, at most 20";
const aHeader = "must be the name of a header that carries no secret: those belong to auth";

const url = (means: string) => name(/^https?:\/\/[^\s@]+$/, aUrl, means);
/** A list of at least one. */
const some = (of: ReturnType<typeof name>, must: string, means: string) =>
  z.array(of, { error: must }).min(1, must).meta({ must, description: means });
const id = (kind: string, means = "An id.") =>
  name(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `must be an id such as ${kind}-0123456789abcdef0`, means);

const auth = {
  by: word(
    authentications,
    "`sigv4` for a workspace of Amazon Managed Service for Prometheus; `bearer` and `basic` from a secret.",
  ).default("none"),
  secret: z.exactOptional(
    name(
      secretArn,
      "must be the whole ARN of a secret of Secrets Manager, with the six characters at its end",
      'With `bearer`: its text is the token. With `basic`: its text is `{"username": ..., "password": ...}`.',
    ),
  ),
};
const howItLetsUsIn = "How it lets us in.";
const headers = map(
  headerName,
  name(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, "must be plain text, at most 255 characters", "Its value."),
  aHeader,
  "Headers of every request, such as `X-Scope-OrgID` for a tenant.",
).default({});

const prometheus = table(
  {
    url: url("Prometheus, or what speaks as it does."),
    auth: table(
      {
        ...auth,
        // Amazon shares a workspace's metrics with other accounts, and not its Alertmanager.
        account: z.exactOptional(
          name(
            accountId,
            anAccount,
            "With `sigv4`, where the workspace is of another account: its resource policy must let the stack's in.",
          ),
        ),
      },
      howItLetsUsIn,
    ).prefault({}),
    headers,
  },
  "What watches the cluster. Without it metrics are unknown.",
);
const alertmanager = table(
  { url: url("Alertmanager."), auth: table(auth, howItLetsUsIn).prefault({}), headers },
  "To ask whether an alert still fires.",
);

const access = table(
  {
    entries: word(["made", "given"], "Access entries: `made` by our stacks, or `given` by whoever owns the cluster.").default("made"),
    role: z.exactOptional(
      name(
        rolePattern,
        `must be the name of a role with ${functionMark} in it once, such as remediator-${functionMark}`,
        `Only in another account: the role that a function assumes there. \`${functionMark}\` stands for the function's name, so that each has a role of its own.`,
      ),
    ),
    externalId: z.exactOptional(
      name(/^[\w+=,.@:/-]{2,1224}$/, "must be an external id as IAM takes it: 2 to 1224 letters, digits and +=,.@:/-", "With `role`."),
    ),
  },
  "How the functions get in.",
);

const place = table(
  {
    region: name(regionName, aRegion, "Region of the cluster."),
    eks: name(clusterName, aCluster, "The cluster's name in EKS."),
    account: z.exactOptional(name(accountId, anAccount, "Account of the cluster, where that is not the stack's own.")),
    network: z.exactOptional(
      name(networkName, aNetwork, "From which of the networks it is reached. Without it: from outside any VPC, at its public endpoint."),
    ),
    access: access.prefault({}),
    endpoint: z.exactOptional(url("Address of the API server. Without it EKS is asked.")),
    ca: z.exactOptional(
      name(/^[A-Za-z0-9+/=]+$/, "must be base64", "CA of the API server, base64 of PEM, as EKS gives it. With `endpoint`."),
    ),
    prometheus: z.exactOptional(prometheus),
    alertmanager: z.exactOptional(alertmanager),
  },
  "A cluster of EKS.",
);

export const home = table(
  { account: name(accountId, anAccount, "The stack's account."), region: name(regionName, aRegion, "The stack's region.") },
  "Where the stack itself is deployed. Only needed where a cluster is in another account, or clusters are in several regions.",
);

export const clusters = map(
  clusterName,
  place,
  aCluster,
  "The clusters that the deployed functions go to, by the name that alerts carry.",
).default({});

export const networks = map(
  networkName,
  table(
    {
      vpc: id("vpc", "The VPC."),
      subnets: some(id("subnet"), "must be a list of at least one subnet", "Private subnets of the functions."),
      securityGroups: some(id("sg"), "must be a list of at least one security group", "Of the functions: they must let them out."),
      availabilityZones: some(
        name(/^[a-z]{2}(?:-[a-z0-9]+)+-\d[a-z]$/, "must be an availability zone, such as eu-west-1a", "A zone."),
        "must be a list of availability zones, one for each subnet",
        "Of the subnets, one for each, in their order.",
      ),
    },
    "A network.",
  ),
  aNetwork,
  "Places in VPCs of the stack's own account and region. The functions that go to clusters, and their workflow, are there once for each that a cluster names.",
).default({});
