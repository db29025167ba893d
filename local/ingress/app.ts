import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { redactText } from "../../adapters/redact/index.ts";
import { authorize, type Sender } from "../../lambdas/authorize/handler.ts";
import type { Token } from "../../lambdas/authorize/tokens.ts";
import { ingest, largestBody, type Ports } from "../../lambdas/ingest/handler.ts";
import { type Reply, tooLarge } from "../../lambdas/ingest/reply.ts";

export interface Routes {
  readonly tokens: readonly Token[];
  readonly ports: Ports;
  /** Further routes. They look after their own authorization. */
  readonly extend?: (app: Hono) => void;
}

/** The way in on one machine: what API Gateway does on AWS, before the same handlers. Answers are JSON, errors too, and never show a stack. */
export function ingressApp({ tokens, ports, extend }: Routes): Hono {
  const authorized = createMiddleware<{ Variables: { sender: Sender } }>(async (c, next) => {
    const sender = authorize({ authorization: c.req.header("authorization") }, tokens);
    if (!sender) {
      ports.log({ level: "error", message: "a request without a token that is known here was refused" });
      return failed(401, "a bearer token that is known here is needed", { "www-authenticate": "Bearer" });
    }
    c.set("sender", sender);
    return next();
  });
  const limited = bodyLimit({
    maxSize: largestBody,
    onError: () => {
      ports.log({ level: "error", message: "a delivery over 5 MiB was refused" });
      return answer(tooLarge());
    },
  });

  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  // The token comes first: nobody without one gets us to read a body.
  app.post("/alerts", authorized, limited, async (c) => {
    const body = await c.req.text().catch(() => undefined);
    if (body === undefined) return failed(400, "the body broke off");
    return answer(await ingest({ body, source: "alertmanager", sender: c.get("sender") }, ports));
  });
  extend?.(app);
  app.notFound(() => failed(404, "there is nothing here: alerts go to POST /alerts"));
  app.onError(({ name, message }) => {
    ports.log({ level: "error", message: redactText(`a request failed: ${name}: ${message}`) });
    return failed(500, "this failed here: send it again");
  });
  return app;
}

const answer = ({ status, headers, body }: Reply): Response => new Response(JSON.stringify(body), { status, headers });

const failed = (status: 400 | 401 | 404 | 500, error: string, headers: Record<string, string> = {}): Response =>
  Response.json({ error }, { status, headers });
