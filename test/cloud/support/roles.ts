import type { Credentials } from "../../../adapters/eks/token.ts";
import { elements, form } from "./signed.ts";

const anyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});

/** Makes a role for people, which may invoke APIs or nothing, and gives the credentials of a session `jo` in it. */
export async function person(endpoint: string, role: string, mayInvoke: boolean): Promise<Credentials> {
  await form(endpoint, "iam", { Action: "CreateRole", Version: "2010-05-08", RoleName: role, AssumeRolePolicyDocument: anyone });
  if (mayInvoke) {
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] };
    const PolicyDocument = JSON.stringify(document);
    await form(endpoint, "iam", { Action: "PutRolePolicy", Version: "2010-05-08", RoleName: role, PolicyName: "invoke", PolicyDocument });
  }
  const RoleArn = `arn:aws:iam::000000000000:role/${role}`;
  const xml = await form(endpoint, "sts", { Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "jo" });
  const [accessKeyId = "", secretAccessKey = "", sessionToken = ""] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (name) => elements(xml, name)[0],
  );
  return { accessKeyId, secretAccessKey, sessionToken };
}
