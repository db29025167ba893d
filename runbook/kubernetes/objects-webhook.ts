import * as z from "zod/mini";
import { listOf, type Meta, meta } from "./meta.ts";
import { everything, type LabelSelector, labelSelector } from "./selectors.ts";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  /** `*`, `Namespaced` or `Cluster`. */
  readonly scope: string;
}
/** How the API server reaches the webhook: through a service of the cluster, or by a URL. */
export type Reach =
  | { readonly by: "service"; readonly namespace: string; readonly name: string; readonly port: number }
  | { readonly by: "url"; readonly url: string };
export interface MatchCondition {
  readonly name: string;
  /** CEL. */
  readonly expression: string;
}
/** One entry of `webhooks[]`, with the API server's defaults put in: an absent selector matches everything. */
export interface Webhook {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly matchConditions: readonly MatchCondition[];
  readonly failurePolicy: "Fail" | "Ignore";
  readonly reinvocationPolicy: "Never" | "IfNeeded";
  readonly reach: Reach;
  /** Base64 of PEM; undefined where the API server's own trust roots are used. */
  readonly caBundle: string | undefined;
}
export interface WebhookConfiguration extends Meta {
  readonly webhooks: readonly Webhook[];
}

const strings = listOf(z.string());
const clientConfig = z.object({
  url: z.nullish(z.string()),
  caBundle: z.nullish(z.string()),
  service: z.nullish(z.object({ namespace: z.string(), name: z.string(), port: z.nullish(z.number()) })),
});

const webhook = z.pipe(
  z.object({
    name: z.string(),
    clientConfig,
    rules: listOf(
      z.object({ apiGroups: strings, apiVersions: strings, operations: strings, resources: strings, scope: z.nullish(z.string()) }),
    ),
    namespaceSelector: z.nullish(labelSelector),
    objectSelector: z.nullish(labelSelector),
    matchConditions: listOf(z.object({ name: z.string(), expression: z.string() })),
    failurePolicy: z.nullish(z.enum(["Fail", "Ignore"])),
    reinvocationPolicy: z.nullish(z.enum(["Never", "IfNeeded"])),
  }),
  z.transform(
    ({ clientConfig: client, rules, ...rest }): Webhook => ({
      name: rest.name,
      rules: rules.map((rule) => ({ ...rule, scope: rule.scope ?? "*" })),
      namespaceSelector: rest.namespaceSelector ?? everything,
      objectSelector: rest.objectSelector ?? everything,
      matchConditions: rest.matchConditions,
      failurePolicy: rest.failurePolicy ?? "Fail",
      reinvocationPolicy: rest.reinvocationPolicy ?? "Never",
      reach: reach(client),
      caBundle: client.caBundle || undefined,
    }),
  ),
);

function reach({ url, service }: z.output<typeof clientConfig>): Reach {
  if (service) return { by: "service", namespace: service.namespace, name: service.name, port: service.port ?? 443 };
  if (url) return { by: "url", url };
  throw new TypeError("a webhook that names neither a service nor a url");
}

export const webhookConfiguration = z.pipe(
  z.object({ metadata: meta, webhooks: listOf(webhook) }),
  z.transform(({ metadata, webhooks }): WebhookConfiguration => ({ ...metadata, webhooks })),
);
