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

/** Throws where the role's policies have nothing to change: the workaround is then no longer one. */
async function change(endpoint: string, RoleName: string, changed: (statement: Statement) => readonly Statement[]): Promise<void> {
  let changes = 0;
  for (const PolicyName of elements(await form(endpoint, "iam", { Action: "ListRolePolicies", Version, RoleName }), "member")) {
    const [text = ""] = elements(await form(endpoint, "iam", { Action: "GetRolePolicy", Version, RoleName, PolicyName }), "PolicyDocument");
    const policy = JSON.parse(decodeURIComponent(text)) as { readonly Statement: readonly Statement[] };
    const statements = policy.Statement.flatMap(changed);
    changes += statements.filter((statement) => !policy.Statement.includes(statement)).length;
    const PolicyDocument = JSON.stringify({ ...policy, Statement: statements });
    await form(endpoint, "iam", { Action: "PutRolePolicy", Version, RoleName, PolicyName, PolicyDocument });
  }
  if (changes === 0) throw new Error(`the policies of ${RoleName} have no statement to change`);
}
