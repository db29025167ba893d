import { elements, form, json } from "./signed.ts";

const Version = "2010-05-08";

/**
 * In the emulator, `Ref` of a secret is its name; on AWS it is its ARN, and a policy that allows a name allows nothing. So the ARN is put where
 * the role's policies say the name, and nothing else is changed: what the template allows, on the secret that it means.
 */
export async function nameByArn(endpoint: string, RoleName: string, secret: string): Promise<void> {
  const { ARN } = await json<{ readonly ARN: string }>(endpoint, "secretsmanager", "secretsmanager.DescribeSecret", { SecretId: secret });
  const policies = elements(await form(endpoint, "iam", { Action: "ListRolePolicies", Version, RoleName }), "member");
  for (const PolicyName of policies) {
    const [text = ""] = elements(await form(endpoint, "iam", { Action: "GetRolePolicy", Version, RoleName, PolicyName }), "PolicyDocument");
    const PolicyDocument = decodeURIComponent(text).replaceAll(JSON.stringify(secret), JSON.stringify(ARN));
    await form(endpoint, "iam", { Action: "PutRolePolicy", Version, RoleName, PolicyName, PolicyDocument });
  }
}
