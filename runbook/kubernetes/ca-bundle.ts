import { X509Certificate } from "node:crypto";
import { instant } from "../../kernel/time.ts";
import type { Instant } from "../../kernel/types/index.ts";

/** What the API server trusts when it calls a webhook. */
export type CaBundle =
  | { readonly is: "valid"; readonly until: Instant }
  | { readonly is: "expired"; readonly since: Instant }
  | { readonly is: "early"; readonly from: Instant }
  | { readonly is: "broken"; readonly says: string };

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** `base64`: PEM, as in `clientConfig.caBundle`. One certificate that is in force is enough: a bundle keeps the old one during a change. */
export function caBundle(base64: string, now: Instant): CaBundle {
  const blocks = Buffer.from(base64, "base64").toString("utf8").match(pem) ?? [];
  const spans = blocks.flatMap(span);
  if (spans.length === 0)
    return { is: "broken", says: blocks.length === 0 ? "holds no certificate in PEM" : "holds no certificate that can be read" };
  const inForce = spans.filter(({ from, until }) => from <= now && now <= until);
  if (inForce.length > 0) return { is: "valid", until: latest(inForce.map(({ until }) => until)) };
  const over = spans.filter(({ until }) => until < now);
  if (over.length > 0) return { is: "expired", since: latest(over.map(({ until }) => until)) };
  return { is: "early", from: spans.map(({ from }) => from).sort()[0] ?? now };
}

function span(text: string): readonly { from: Instant; until: Instant }[] {
  try {
    const { validFrom, validTo } = new X509Certificate(text);
    return [{ from: instant(Date.parse(validFrom)), until: instant(Date.parse(validTo)) }];
  } catch {
    return [];
  }
}

const latest = (all: readonly Instant[]): Instant => all.reduce((a, b) => (a > b ? a : b));
