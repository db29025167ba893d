import { parsed } from "../../kernel/json.ts";
import { type Reply, signedPost } from "./request.ts";
import { type Credentials, serviceHost } from "./sign.ts";

/** Where to ask, and as whom. */
export interface Account {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** Where AWS is, if not in its usual place. */
  readonly endpoint?: string;
}

/** What a service says in place of an answer: `name` is its code, such as `AccessDeniedException`. */
export class ServiceError extends Error {
  readonly status: number;
  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

const timeoutMs = 10_000;

/** An action of a service that takes a form and answers in XML, such as STS. Rejects with `ServiceError`. */
export async function formAction(account: Account, service: string, input: Readonly<Record<string, string>>): Promise<Reply> {
  const body = new URLSearchParams(input).toString();
  const reply = await send(account, service, { "content-type": "application/x-www-form-urlencoded" }, body);
  const said = (name: string) => elements(reply.text, name)[0];
  if (reply.status !== 200) throw new ServiceError(said("Code") ?? `Http${reply.status}`, said("Message") ?? "", reply.status);
  return reply;
}

/** An action of a service that takes JSON 1.1, such as `secretsmanager.GetSecretValue`. Rejects with `ServiceError`. */
export async function jsonAction(
  account: Account,
  service: string,
  target: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const { status, text } = await send(account, service, headers, JSON.stringify(input));
  const value = fieldsOf(parsed(text));
  if (status === 200) return value;
  const name = String(value.__type ?? `Http${status}`).replace(/^.*#/, "");
  throw new ServiceError(name, String(value.message ?? value.Message ?? ""), status);
}

async function send({ region, credentials, endpoint }: Account, service: string, headers: Readonly<Record<string, string>>, body: string) {
  const url = `${(endpoint ?? `https://${serviceHost(service, region)}`).replace(/\/$/, "")}/`;
  return signedPost({ service, region, credentials: await credentials(), url, headers, body, timeoutMs });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The texts of all elements of a name, in order. */
export const elements = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) => unescaped(text));

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const unescaped = (text: string): string => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
