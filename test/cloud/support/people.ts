import type { Credentials } from "../../../adapters/eks/token.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import type { Played } from "./incidents.ts";
import { onCall } from "./policy.ts";
import { elements, form, sendSigned } from "./signed.ts";
import type { Stage } from "./stage.ts";

const anyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});
const mayInvoke = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
});

/** People with an identity. Both may call the API; whose answer counts is the policy's word. */
export interface People {
  readonly approver: Credentials;
  readonly stranger: Credentials;
}

export const peopleOf = async (endpoint: string): Promise<People> => ({
  approver: await person(endpoint, onCall),
  stranger: await person(endpoint, "stranger"),
});

/** Makes a role that may invoke APIs, and gives the credentials of a session `jo` in it. */
async function person(endpoint: string, RoleName: string): Promise<Credentials> {
  const iam = { Version: "2010-05-08", RoleName };
  await form(endpoint, "iam", { Action: "CreateRole", AssumeRolePolicyDocument: anyone, ...iam });
  await form(endpoint, "iam", { Action: "PutRolePolicy", PolicyName: "invoke", PolicyDocument: mayInvoke, ...iam });
  const RoleArn = `arn:aws:iam::000000000000:role/${RoleName}`;
  const xml = await form(endpoint, "sts", { Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "jo" });
  const [accessKeyId = "", secretAccessKey = "", sessionToken = ""] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (name) => elements(xml, name)[0],
  );
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** What somebody is told who says yes to what the incident asks. */
export async function approve({ emulator, host, people }: Stage, incident: Played, who: keyof People) {
  const [asked] = recordsOf((await incident.view()).story, "asked");
  const headers = { "content-type": "application/json" };
  const asking = { host, path: `/approvals/${incident.id}`, headers, body: JSON.stringify({ yes: true, plan: asked?.plan }) };
  return sendSigned(emulator.endpoint, "execute-api", asking, people[who]);
}
