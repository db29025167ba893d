import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freezePolicy } from "../../adapters/policy/frozen.ts";
import { parsePolicy } from "../../adapters/policy/parse.ts";
import type { Instant, Sha256 } from "../../kernel/types/index.ts";
import { environment } from "../../lambdas/contract.ts";
import { budgets } from "../../lib/budgets.ts";
import { bundle } from "../../lib/bundle.ts";
import { changeOf } from "../../test/support/stream.ts";

export type Folder = keyof typeof budgets;

/** A function as the cold start is measured. `budget` is in bytes. */
export interface Bundled {
  readonly name: string;
  readonly file: string;
  readonly event: unknown;
  readonly bytes: number;
  readonly budget?: number;
}

const incident = { id: "prod-svids-checkout-0123456789-g1" };
const person = "arn:aws:sts::111122223333:assumed-role/on-call/a.person";
const alerts = [
  {
    status: "firing",
    labels: { alertname: "WorkloadWithoutIdentity", cluster: "prod", scenario: "workloads-not-receiving-svids", scope: "cluster" },
    annotations: {},
    startsAt: "2026-11-20T03:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "",
    fingerprint: "0123456789abcdef",
  },
];
const rejection = { at: "2026-11-20T03:00:00.000Z" as Instant, body: "0".repeat(64) as Sha256, index: 0, reason: "it names no cluster" };
const webhook = { version: "4", groupKey: "g", truncatedAlerts: 0, status: "firing", receiver: "remediator", alerts };

/** What each is called with: enough to get as far as its first question to the outside. */
const events: Readonly<Record<Folder, unknown>> = {
  authorize: { headers: { authorization: "Bearer nobody's" } },
  ingest: { body: JSON.stringify(webhook), requestContext: { authorizer: { lambda: { token: "alertmanager", clusters: "prod" } } } },
  decide: incident,
  diagnose: incident,
  remediate: incident,
  escalate: incident,
  answer: {
    pathParameters: incident,
    body: JSON.stringify({ yes: true, plan: "0".repeat(64) }),
    requestContext: { authorizer: { iam: { userArn: person } } },
  },
  sweep: {},
  patrol: { cluster: "prod" },
  audit: { Records: [changeOf(rejection)] },
  provision: { RequestType: "Create", ResourceProperties: { clusters: ["prod"] } },
};

/** Bundles every function into `folder`, and beside them one that does nothing. */
export function bundleAll(folder: string): { readonly empty: Bundled; readonly functions: readonly Bundled[] } {
  const nothing = join(folder, "index.mjs");
  writeFileSync(nothing, "export const handler = async () => ({});\n");
  const functions = (Object.keys(budgets) as Folder[]).map((name) => {
    const output = join(folder, name);
    mkdirSync(output);
    const [file] = Object.values(bundle(name, output).outputs);
    return { name, file: join(output, "index.mjs"), event: events[name], bytes: file?.bytes ?? 0, budget: budgets[name] };
  });
  return { empty: { name: "an empty one", file: nothing, event: {}, bytes: 0 }, functions };
}

/** What Lambda and the stack set, with names of things that are nowhere. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const policy = join(folder, "policy.json");
  const text = [`approvers: ["${person}"]`, "clusters: { prod: { eks: prod, region: eu-west-1 } }", ""].join("\n");
  writeFileSync(policy, freezePolicy(parsePolicy(text, { file: "the benchmark's" })));
  const named = Object.fromEntries(Object.values(environment).map((name) => [name, "nowhere"]));
  return {
    ...named,
    [environment.policy]: policy,
    [environment.workflow]: "arn:aws:states:eu-west-1:111122223333:stateMachine:nowhere",
    [environment.capability]: "EvictWorkload",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nothing",
    AWS_SESSION_TOKEN: "none",
  };
}
