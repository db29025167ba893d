import { elements, form, json } from "./signed.ts";

const Version = "2010-05-08";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * In the emulator, `Ref` of a secret is its name; on AWS it is its ARN, and a policy that allows a name allows nothing. So the ARN is put where
 * the role's policies say the name, and nothing else is changed: what the template allows, on the secret that it means.
 */
export async function nameByArn(endpoint: string, role: string, secret: string): Promise<void> {
  const { ARN } = await json<{ readonly ARN: string }>(endpoint, "secretsmanager", "secretsmanager.DescribeSecret", { SecretId: secret });
  await change(endpoint, role, (statement) => [statement.Resource === secret ? { ...statement, Resource: ARN } : statement]);
}

/**
 * The emulator does not look up whose a task token is, and asks whether the role may wake any machine; AWS asks about the token's own. So who
 * may wake our machine may wake any here, and nothing else is changed: that the role may only wake ours is seen on the template.
 */
export async function mayWake(endpoint: string, role: string, machine: string): Promise<void> {
  const wake = "states:SendTaskSuccess";
  const wakes = ({ Action, Resource }: Statement) => [Action].flat().includes(wake) && [Resource].flat().includes(machine);
  await change(endpoint, role, (statement) => [statement, ...(wakes(statement) ? [{ ...statement, Action: wake, Resource: "*" }] : [])]);
}

/** Takes one action from a role, as if its service were down for it, until what is given is called. */
export async function withhold(endpoint: string, role: string, action: string): Promise<() => Promise<void>> {
  const held: Statement[] = [];
  const allows = ({ Action }: Statement) => [Action].flat().includes(action);
  const hold = (statement: Statement) => {
    if (!allows(statement)) return [statement];
    held.push(statement);
    return [];
  };
  await change(endpoint, role, hold);
  // Into the role's first policy: it has only one.
  return () => change(endpoint, role, (statement, index) => (index === 0 ? [...held, statement] : [statement]));
}

/** Throws where the role's policies have nothing to change: the workaround is then no longer one. */
async function change(
  endpoint: string,
  RoleName: string,
  changed: (statement: Statement, index: number) => readonly Statement[],
): Promise<void> {
  let changes = 0;
  for (const PolicyName of elements(await form(endpoint, "iam", { Action: "ListRolePolicies", Version, RoleName }), "member")) {
    const [text = ""] = elements(await form(endpoint, "iam", { Action: "GetRolePolicy", Version, RoleName, PolicyName }), "PolicyDocument");
    const policy = JSON.parse(decodeURIComponent(text)) as { readonly Statement: readonly Statement[] };
    const statements = policy.Statement.flatMap(changed);
    changes += JSON.stringify(statements) === JSON.stringify(policy.Statement) ? 0 : 1;
    const PolicyDocument = JSON.stringify({ ...policy, Statement: statements });
    await form(endpoint, "iam", { Action: "PutRolePolicy", Version, RoleName, PolicyName, PolicyDocument });
  }
  if (changes === 0) throw new Error(`the policies of ${RoleName} have no statement to change`);
}
