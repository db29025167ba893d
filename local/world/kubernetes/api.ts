import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { Cluster } from "../cluster.ts";
import type { Faults } from "../faults.ts";
import type { Audit, AuditEntry } from "./audit.ts";
import { evict, isDryEviction } from "./eviction.ts";
import { parsed } from "./json.ts";
import { Lists } from "./lists.ts";
import { type Logs, readLog } from "./logs.ts";
import { kindAt, type ResourceRequest, resourceRequest } from "./request.ts";
import { forbidden, forbiddenPath, may, type Tokens, type UserName, userNames } from "./roles.ts";
import { ApiError, badRequest, methodNotAllowed, noSuchResource, statusBody, unauthorized } from "./status.ts";
import { create, patch, remove, writeOptions } from "./writes.ts";

export interface KubernetesParts {
  readonly cluster: Cluster;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly logs: Logs;
  readonly faults: Faults;
}
interface Answer {
  readonly code: 200 | 201;
  readonly body: unknown;
}
type Bindings = { Bindings: HttpBindings };

/** The Kubernetes API, as one with `--anonymous-auth=false`: a request without a token is 401. */
export function kubernetesApi(parts: KubernetesParts): Hono<Bindings> {
  const lists = new Lists(parts.cluster.store);
  const app = new Hono<Bindings>();
  app.all("*", async (c) => {
    const body = await c.req.text();
    const user = userOf(parts.tokens, c.req.header("authorization"));
    const response = answered(() => {
      if (!user) throw unauthorized();
      return answer(parts, lists, user, c, body);
    });
    if (c.req.method === "GET" || pathOf(c) === reviews) return response;
    const entry = entryOf(parts, user, c, body, response.status);
    parts.audit.add(entry);
    if (!response.ok || entry.dryRun || parts.faults.lostWriteAnswers === 0) return response;
    parts.faults.lostWriteAnswers--;
    c.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

function answered(work: () => Response): Response {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return Response.json(statusBody(thrown.failure), { status: thrown.failure.code });
  }
}

function entryOf({ cluster }: KubernetesParts, user: UserName | undefined, c: Context<Bindings>, text: string, code: number): AuditEntry {
  const { method } = c.req;
  const path = pathOf(c);
  const body = parsed(text) ?? text;
  return {
    at: cluster.now(),
    user: user ?? "system:anonymous",
    verb: resourceRequest(method, path)?.attributes.verb ?? method.toLowerCase(),
    path,
    body,
    dryRun: c.req.query("dryRun") === "All" || isDryEviction(body),
    fieldManager: c.req.query("fieldManager") ?? null,
    code,
  };
}

/** As it was sent: hono's own is decoded in part. */
const pathOf = (c: Context): string => new URL(c.req.url).pathname;

/** What somebody asks about their own rights is no write, and stands in no audit. */
const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

function reviewed(user: UserName, text: string) {
  const { spec } = json(text, "SelfSubjectAccessReview") as {
    readonly spec?: { readonly resourceAttributes?: Readonly<Record<string, string>> };
  };
  const { group = "", resource = "", subresource, verb = "" } = spec?.resourceAttributes ?? {};
  const allowed = may(user, { group, resource: subresource ? `${resource}/${subresource}` : resource, verb });
  return { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec, status: { allowed } };
}

function userOf(tokens: Tokens, authorization = ""): UserName | undefined {
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  return userNames.find((user) => tokens[user] === token);
}

function answer(parts: KubernetesParts, lists: Lists, user: UserName, c: Context<Bindings>, body: string): Response {
  const { method } = c.req;
  const path = pathOf(c);
  if (method === "GET" && path === "/version")
    return Response.json({ major: "1", minor: "37", gitVersion: "v1.37.2", platform: "linux/amd64" });
  if (method === "GET" && path === "/readyz") return new Response("ok");
  if (method === "POST" && path === reviews) return Response.json(reviewed(user, body), { status: 201 });
  const request = resourceRequest(method, path);
  if (!request) {
    if (user !== "admin") throw forbiddenPath(user, method.toLowerCase(), path);
    return new Response("404 page not found\n", { status: 404 });
  }
  const closed = user !== "admin" && parts.faults.forbidden.has(request.attributes.resource);
  if (closed || !may(user, request.attributes)) throw forbidden(user, request.attributes);
  const query = new URL(c.req.url).searchParams;
  if (request.subresource === "log") return logAnswer(parts, request, query);
  const headers = { type: c.req.header("content-type") ?? "", agent: c.req.header("user-agent") ?? "" };
  const { code, body: content } = resourceAnswer(parts, lists, request, query, headers, body);
  return Response.json(content, { status: code });
}

function logAnswer(
  { cluster, logs }: KubernetesParts,
  { method, plural, name = "", namespace }: ResourceRequest,
  query: URLSearchParams,
): Response {
  if (plural !== "pods") throw noSuchResource();
  if (method !== "GET") throw methodNotAllowed();
  const text = readLog(cluster, logs, cluster.store.need("Pod", name, namespace), query);
  return text === undefined ? new Response(null, { status: 204 }) : new Response(text, { headers: { "content-type": "text/plain" } });
}

function resourceAnswer(
  { cluster }: KubernetesParts,
  lists: Lists,
  request: ResourceRequest,
  query: URLSearchParams,
  headers: { readonly type: string; readonly agent: string },
  body: string,
): Answer {
  const { method, name, namespace, subresource } = request;
  const kind = kindAt(request);
  if (subresource !== undefined) {
    if (kind.kind !== "Pod" || subresource !== "eviction" || name === undefined) throw noSuchResource();
    if (method !== "POST") throw methodNotAllowed();
    const { dryRun } = writeOptions(query, headers.agent, "CreateOptions");
    return { code: 201, body: evict(cluster, namespace ?? "", name, json(body, "Eviction"), dryRun) };
  }
  if (name === undefined) {
    if (method === "GET" && query.get("watch") === "true") throw badRequest("the practice world has no watches");
    if (method === "GET") return { code: 200, body: lists.answer(kind, namespace, query) };
    if (method !== "POST") throw methodNotAllowed();
    const options = writeOptions(query, headers.agent, "CreateOptions");
    return { code: 201, body: create(cluster, kind, namespace, json(body, kind.kind), options) };
  }
  if (method !== "GET" && method !== "PATCH" && method !== "DELETE") throw methodNotAllowed();
  const object = cluster.store.need(kind.kind, name, kind.namespaced ? namespace : "");
  if (method === "GET") return { code: 200, body: object };
  const options = writeOptions(query, headers.agent, "PatchOptions");
  if (method === "PATCH") return { code: 200, body: patch(cluster, kind, object, headers.type, body, options) };
  return { code: 200, body: remove(cluster, object, body === "" ? {} : json(body, "DeleteOptions"), options) };
}

function json(body: string, kind: string): unknown {
  const value = parsed(body);
  if (value !== undefined) return value;
  throw badRequest(`the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error`);
}
