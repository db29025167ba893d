import { type App, Stack, type StackProps } from "aws-cdk-lib";
import { AccountPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { inNetwork, otherAccount, roleThere } from "../adapters/policy/places.ts";
import type { ClusterPlace, Policy } from "../kernel/types/index.ts";
import { accessEntries, atHome, entering } from "./cluster-access.ts";
import { insideRoleName } from "./entering-function.ts";
import type { Entering } from "./functions.ts";

export interface AccessProps extends StackProps {
  /** Name and place of the stack whose functions are let in. */
  readonly of: string;
  readonly home: NonNullable<Policy["home"]>;
  /** Clusters of one account and region. */
  readonly places: readonly ClusterPlace[];
}

/**
 * What lets the functions into clusters of another region or account: the access entries there and, in an account that has them assume a role, these
 * roles. It knows the functions' roles inside by their names, which are known beforehand: it may be deployed by somebody else, with nothing of ours.
 */
export class AccessStack extends Stack {
  readonly #of: string;
  readonly #home: NonNullable<Policy["home"]>;

  constructor(scope: Construct, id: string, { of, home, places, ...props }: AccessProps) {
    super(scope, id, { description: `Lets the functions of ${of} into clusters`, ...props });
    this.#of = of;
    this.#home = home;
    const roles = new Construct(this, "Roles");
    const made = new Map<string, Role>();
    for (const name of entering) {
      for (const [roleName, those] of Map.groupBy(places, (place) => roleThere(place, name))) {
        if (roleName !== undefined) made.set(roleName, this.#role(roles, roleName, name, those));
      }
    }
    for (const place of places) {
      const who = (name: keyof Entering) => made.get(roleThere(place, name) ?? "")?.roleArn ?? this.#inside(name, place);
      accessEntries(new Construct(this, place.eks), place.eks, who);
    }
  }

  /** Who a function is inside of clusters, from the network from which it goes there. */
  #inside(name: keyof Entering, { network }: ClusterPlace): string {
    const { account, region } = this.#home;
    const resourceName = insideRoleName(this.#of, inNetwork(name, network), region);
    return this.formatArn({ service: "iam", region: "", account, resource: "role", resourceName });
  }

  /** May be assumed by one function alone, from wherever it goes to these clusters, and may ask EKS where their API servers are. */
  #role(scope: Construct, roleName: string, name: keyof Entering, places: readonly ClusterPlace[]): Role {
    const externalId = places[0]?.access.externalId;
    const from = [...new Set(places.map((place) => this.#inside(name, place)))].sort();
    const role = new Role(scope, roleName, {
      roleName,
      description: `Who ${name} of ${this.#of} is inside of clusters`,
      // By a condition and not as the principal itself: that would have to be there already, and would be another one once it was made anew.
      assumedBy: new AccountPrincipal(this.#home.account).withConditions({
        ArnEquals: { "aws:PrincipalArn": from },
        ...(externalId === undefined ? {} : { StringEquals: { "sts:ExternalId": externalId } }),
      }),
    });
    const asked = places.filter(({ endpoint }) => endpoint === undefined);
    const resources = asked.map(({ eks }) => this.formatArn({ service: "eks", resource: "cluster", resourceName: eks }));
    if (resources.length > 0) role.addToPolicy(new PolicyStatement({ actions: ["eks:DescribeCluster"], resources }));
    return role;
  }
}

/** A stack for each account and region that has clusters elsewhere than at home, `<stack>-access-<account>-<region>`. */
export function accessStacks(app: App, main: Stack, policy: Policy): readonly AccessStack[] {
  const { home } = policy;
  if (!home) return [];
  const own = new Set(atHome(policy));
  const elsewhere = Object.values(policy.clusters).filter((place) => place.access.entries === "made" && !own.has(place));
  const accountOf = (place: ClusterPlace) => otherAccount(place, home) ?? home.account;
  return [...Map.groupBy(elsewhere, (place) => `${accountOf(place)}-${place.region}`)].flatMap(([name, places]) => {
    const [first] = places;
    if (!first) return [];
    const env = { account: accountOf(first), region: first.region };
    const stack = new AccessStack(app, `${main.stackName}-access-${name}`, { of: main.stackName, home, places, env });
    // An entry wants the role that it names to be there.
    stack.addStackDependency(main);
    return [stack];
  });
}
