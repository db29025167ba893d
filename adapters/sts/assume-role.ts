import { type Service, send } from "../sigv4/send.ts";
import type { Credentials } from "../sigv4/sign.ts";

export interface Wanted {
  /** ARN of the role. */
  readonly role: string;
  /** What every log calls the session: 2 to 64 of `[A-Za-z0-9_+=,.@-]`. */
  readonly session: string;
  readonly externalId?: string;
}

/** The shortest that STS gives; as long as a token for EKS is good. */
const seconds = 900;

/** Credentials of a session in a role (STS, `AssumeRole`). Rejects where there are none, with the error's name and nothing of the answer. */
export async function assumeRole({ role, session, externalId }: Wanted, as: Service): Promise<Credentials> {
  const input = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: session,
    DurationSeconds: String(seconds),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const { status, text } = await send({ service: "sts", method: "POST", headers, body: input.toString() }, as);
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    element(text, name),
  );
  if (status !== 200 || !accessKeyId || !secretAccessKey || !sessionToken) {
    throw new Error(`the role ${role} cannot be assumed: ${status} ${element(text, "Code") ?? ""}`.trimEnd());
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The text of the first element of this name: what STS answers has no markup within these. */
const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>\\s*([^<\\s]{1,8192})\\s*</${name}>`).exec(xml)?.[1];
