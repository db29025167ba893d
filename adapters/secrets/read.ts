import * as z from "zod/mini";
import { parsed } from "../../kernel/json.ts";
import { type Service, send } from "../sigv4/send.ts";

const given = z.object({ SecretString: z.string() });
/** Such as `AccessDeniedException`; its message may name things, so it stays out. */
const refused = z.object({ __type: z.string() });

/** The text of a secret of AWS Secrets Manager, by name or ARN. Rejects when there is none, with the error's name and nothing of the answer. */
export async function readSecret(secret: string, from: Service): Promise<string> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue" };
  const body = JSON.stringify({ SecretId: secret });
  const { status, text } = await send({ service: "secretsmanager", method: "POST", headers, body }, from);
  const answer = parsed(text);
  const read = given.safeParse(answer);
  if (status === 200 && read.success) return read.data.SecretString;
  const why = refused.safeParse(answer).data?.__type.replace(/^.*#/, "").slice(0, 60) ?? "";
  throw new Error(`the secret ${secret} cannot be read: ${status} ${why}`.trimEnd());
}
