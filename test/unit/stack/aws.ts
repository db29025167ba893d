import type { ServerResponse } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { onTestFinished, vi } from "vitest";
import { openDynamoLedger } from "../../../adapters/ledger/dynamodb/open.ts";
import { contract } from "../../../lambdas/remediate/contract.ts";
import { functionIds } from "../../../lib/function-name.ts";
import { nonce } from "../../support/ledger-values.ts";
import { type Seen, serve } from "../adapters/server.ts";
import { type Input, Tables } from "./dynamodb.ts";

export const caller = "arn:aws:sts::111122223333:assumed-role/on-call/jo";
export const names = { records: "stack-Records", state: "stack-State", people: "stack-People" } as const;
const region = "eu-west-1";

/** What one action answers, in place of what stands here; undefined: as usual. */
export type Answer = (input: unknown, seen: Seen) => { readonly status?: number; readonly body: unknown } | undefined;

/** As much of AWS as the commands ask, on loopback, with a stack `remediator` in it. Credentials and region come by the environment. */
export async function aws(play: Readonly<Record<string, Answer>> = {}, inNetwork: readonly string[] = []) {
  const tables = new Tables();
  /** What is in the archive, by its address. */
  const archived = new Map<string, string>();
  /** How many of a function may run at once, where it was set. */
  const reserved = new Map<string, number>();
  /** Rights that the caller does not have, such as `dynamodb:GetItem`. */
  const denied = new Set<string>();
  const asked: { readonly action: string; readonly input: unknown; readonly seen: Seen }[] = [];
  const outputs: Record<string, string> = { Clusters: "prod,staging" };
  const { url } = await serve((seen, response) => {
    const { action, input } = told(seen);
    asked.push({ action, input, seen });
    if (denied.has(action)) return refuse(action, seen, response);
    const said = play[action]?.(input, seen) ?? usual(action, input, seen);
    send(response, said.status ?? 200, said.body);
  });
  const listed = [...functionIds, ...inNetwork].map((id) => `remediator-${id}`).concat("somebody-elses-EvictWorkload-x");
  outputs.Approvals = `${url}/approvals`;

  const usual = (action: string, input: unknown, { body }: Seen): { readonly status?: number; readonly body: unknown } => {
    const [service, name = ""] = action.split(":");
    if (service === "dynamodb") return tables.answer(name, input as Input);
    if (action === "s3:GetObject") {
      const body = archived.get(input as string);
      return body === undefined ? { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" } : { body };
    }
    if (action === "sts:GetCallerIdentity") return { body: `<R><Arn>${caller}</Arn><Account>111122223333</Account></R>` };
    if (action === "cloudformation:DescribeStacks") return described((input as { StackName: string }).StackName, outputs);
    if (action === "lambda:GetFunctionConfiguration") return configured(input as string);
    if (action === "lambda:ListFunctions") return { body: { Functions: listed.map((FunctionName) => ({ FunctionName })) } };
    if (action === "lambda:PutFunctionConcurrency") {
      reserved.set(String(input), (JSON.parse(body) as { ReservedConcurrentExecutions: number }).ReservedConcurrentExecutions);
      return { body: { ReservedConcurrentExecutions: reserved.get(String(input)) } };
    }
    if (action === "lambda:GetFunctionConcurrency")
      return { body: { ReservedConcurrentExecutions: reserved.get(String(input)) ?? contract.concurrency } };
    return { status: 404, body: { message: `nobody plays ${action}` } };
  };

  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "the-secret-access-key",
    AWS_MAX_ATTEMPTS: "1",
  }))
    vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());

  const client = new DynamoDBClient({ region, endpoint: url, credentials: { accessKeyId: "x", secretAccessKey: "y" } });
  const ledger = openDynamoLedger({ client, tables: names, random: nonce });
  const actions = () => asked.map(({ action }) => action);
  return { url, tables, archived, denied, asked, actions, outputs, ledger };
}

const variables = {
  RECORDS_TABLE: names.records,
  STATE_TABLE: names.state,
  PEOPLE_TABLE: names.people,
  ARCHIVE_BUCKET: "archive",
  STATE_MACHINE_ARN: `arn:aws:states:${region}:111122223333:stateMachine:remediator`,
};

function configured(name: string) {
  if (!name.startsWith("remediator-")) return { status: 404, body: { __type: "ResourceNotFoundException", message: "Function not found" } };
  const body = { FunctionName: name, State: "Active", Runtime: "nodejs24.x", Environment: { Variables: variables } };
  return { body };
}

function described(name: string, outputs: Readonly<Record<string, string>>) {
  const says = `<E><Error><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></E>`;
  if (name !== "remediator") return { status: 400, body: says };
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value.replaceAll("&", "&amp;")}</OutputValue></member>`,
  );
  return { body: `<R><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></R>` };
}

const targets: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "dynamodb",
  AWSStepFunctions: "states",
  secretsmanager: "secretsmanager",
};
const services: Readonly<Record<string, string>> = { GetCallerIdentity: "sts", DescribeStacks: "cloudformation" };
const ofLambda = /^\/20\d\d-\d\d-\d\d\/(functions|account-settings)\/?([^/]*)\/?(\w*)/;
const lambdas: Readonly<Record<string, string>> = {
  configuration: "GetFunctionConfiguration",
  concurrency: "PutFunctionConcurrency",
  invocations: "Invoke",
};

/** The action as IAM names it, and what was given: a function's name for Lambda's, else the input. */
function told({ method, url, headers, body }: Seen): { readonly action: string; readonly input: unknown } {
  const [prefix = "", name = ""] = String(headers["x-amz-target"] ?? "").split(".");
  if (name) return { action: `${targets[prefix]}:${name}`, input: JSON.parse(body) };
  const [, of, called = "", what = ""] = ofLambda.exec(url) ?? [];
  if (of === "account-settings") return { action: "lambda:GetAccountSettings", input: "" };
  if (of && method === "GET" && called === "") return { action: "lambda:ListFunctions", input: "" };
  if (of && method === "GET" && what === "concurrency") return { action: "lambda:GetFunctionConcurrency", input: called };
  if (of) return { action: `lambda:${lambdas[what]}`, input: decodeURIComponent(called) };
  if (url.startsWith("/approvals/")) return { action: "execute-api:Invoke", input: JSON.parse(body) };
  const [, address] = /^\/archive\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(url) ?? [];
  if (address) return { action: "s3:GetObject", input: address };
  if (url === "/alerts") return { action: `other:${method}`, input: body };
  const input = Object.fromEntries(new URLSearchParams(body));
  return { action: `${services[input.Action ?? ""] ?? "sns"}:${input.Action}`, input };
}

function refuse(action: string, { headers }: Seen, response: ServerResponse): void {
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: arn:aws:x:y because no identity-based policy allows it`;
  const isForm = headers["content-type"]?.includes("form");
  if (action === "s3:GetObject") send(response, 403, "<Error><Code>AccessDenied</Code></Error>");
  else if (action === "execute-api:Invoke") send(response, 403, { Message: message });
  else if (isForm) send(response, 403, `<E><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></E>`);
  else send(response, 400, { __type: "com.amazon#AccessDeniedException", Message: message, message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const type = typeof body === "object" ? String((body as { __type?: unknown }).__type ?? "") : "";
  response
    .writeHead(status, {
      "content-type": typeof body === "string" ? "text/xml" : "application/json",
      ...(type ? { "x-amzn-errortype": type } : {}),
    })
    .end(typeof body === "string" ? body : JSON.stringify(body));
}
