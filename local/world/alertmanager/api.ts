import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { isObject, type Json } from "../kubernetes/json.ts";
import type { Labels } from "../kubernetes/objects.ts";
import { QueryError } from "../prometheus/lexer.ts";
import { matcher } from "../prometheus/matchers.ts";
import { type Alert, type Alerts, alertMatcher, fingerprint, type Silence } from "./alerts.ts";

/** How long an alert without an end lives, and how far ahead a rule's alerts end (four evaluations of a minute), in milliseconds. */
const resolveTimeout = 300_000;
const ahead = 240_000;
export const receiver = "remediator";

/** Alertmanager's API v2: alerts and silences. */
export function alertmanagerApi(alerts: Alerts, now: () => number): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, c) => {
    if (error instanceof BadInput || error instanceof QueryError) return c.json(error.message, 400);
    throw error;
  });
  app.get("/api/v2/alerts", (c) => {
    const wanted = (c.req.queries("filter") ?? []).map((text) => alertMatcher(text) ?? bad(`bad matcher format: ${text}`));
    const shown = alerts.firing().filter(({ labels }) => {
      const silenced = alerts.silencedBy(labels).length > 0;
      return c.req.query(silenced ? "silenced" : "active") !== "false" && wanted.every((each) => each.matches(labels[each.label] ?? ""));
    });
    return c.json(shown.map((alert) => gettable(alerts, alert, now())));
  });
  app.post("/api/v2/alerts", async (c) => {
    const posted = await bodyOf(c);
    if (!Array.isArray(posted)) bad("a list of alerts is wanted");
    for (const alert of (posted as unknown[]).map((each) => postable(each, now()))) alerts.put(alert);
    return c.body(null, 200);
  });
  app.get("/api/v2/status", (c) =>
    c.json({ cluster: { status: "disabled", peers: [] }, versionInfo: { version: "0.31.0" }, uptime: iso(now()) }),
  );
  app.get("/api/v2/silences", (c) => c.json(alerts.silences().map((silence) => gettableSilence(silence, now()))));
  app.post("/api/v2/silences", async (c) => c.json({ silenceID: alerts.silence(postableSilence(await bodyOf(c))).id }));
  return app;
}

class BadInput extends Error {}
const bad = (message: string): never => {
  throw new BadInput(message);
};
const bodyOf = (c: Context): Promise<unknown> => c.req.json().catch(() => bad("the body is not JSON"));
const iso = (ms: number) => new Date(ms).toISOString();
const textMap = (value: unknown): Labels =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, String(v)])) : {};
const instant = (value: unknown): number | undefined => {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
};

function gettable(alerts: Alerts, { labels, annotations, startsAt, endsAt, updatedAt, generatorURL }: Alert, now: number): Json {
  const silencedBy = alerts.silencedBy(labels);
  return {
    annotations,
    endsAt: iso(endsAt === "held" ? now + ahead : endsAt),
    fingerprint: fingerprint(labels),
    receivers: [{ name: receiver }],
    startsAt: iso(startsAt),
    status: { inhibitedBy: [], mutedBy: [], silencedBy, state: silencedBy.length > 0 ? "suppressed" : "active" },
    updatedAt: iso(updatedAt),
    generatorURL,
    labels,
  };
}

function postable(value: unknown, now: number): Omit<Alert, "updatedAt"> {
  if (!isObject(value)) return bad("an alert must be a map");
  const labels = Object.fromEntries(Object.entries(textMap(value.labels)).filter(([, text]) => text !== ""));
  if (Object.keys(labels).length === 0) bad("at least one label pair required");
  const startsAt = instant(value.startsAt) ?? now;
  const endsAt = instant(value.endsAt) ?? now + resolveTimeout;
  if (endsAt < startsAt) bad("start time must be before end time");
  return { labels, annotations: textMap(value.annotations), generatorURL: String(value.generatorURL ?? ""), startsAt, endsAt };
}

function gettableSilence({ matchers, startsAt, endsAt, updatedAt, ...rest }: Silence, now: number): Json {
  const state = now < startsAt ? "pending" : now < endsAt ? "active" : "expired";
  const written = matchers.map(({ label, operator, value }) => ({
    name: label,
    value,
    isRegex: operator.endsWith("~"),
    isEqual: operator.startsWith("="),
  }));
  return { ...rest, matchers: written, status: { state }, startsAt: iso(startsAt), endsAt: iso(endsAt), updatedAt: iso(updatedAt) };
}

function postableSilence(value: unknown): Omit<Silence, "id" | "updatedAt"> {
  if (!isObject(value) || !Array.isArray(value.matchers) || value.matchers.length === 0) return bad("at least one matcher required");
  const matchers = value.matchers.filter(isObject).map((each) => {
    const regex = each.isRegex === true;
    return matcher(String(each.name), each.isEqual === false ? (regex ? "!~" : "!=") : regex ? "=~" : "=", String(each.value));
  });
  const [startsAt, endsAt] = [instant(value.startsAt), instant(value.endsAt)];
  if (startsAt === undefined || endsAt === undefined || endsAt <= startsAt) return bad("start time must be before end time");
  return { matchers, startsAt, endsAt, createdBy: String(value.createdBy ?? ""), comment: String(value.comment ?? "") };
}
