import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { bucketAt } from "../../../adapters/archive/bucket.ts";
import { s3Archive } from "../../../adapters/archive/s3.ts";
import { openDynamoLedger, patience } from "../../../adapters/ledger/dynamodb/open.ts";
import { loadPolicy } from "../../../adapters/policy/parse.ts";
import type { Archive, Ledger } from "../../../kernel/ports.ts";
import type { IncidentName } from "../../../local/world/incidents/incidents.ts";
import { startWorld, type World } from "../../../local/world/world.ts";
import { emulated, type Ministack, startMinistack } from "../../support/ministack.ts";
import { deployed, ofType, text } from "../../unit/lib/deployed.ts";
import { Cdk, type Deployment } from "./deployment.ts";
import { type EksDoor, eksDoor } from "./eks-door.ts";
import { mayWake, nameByArn } from "./emulated-iam.ts";
import { type Places, policyText } from "./policy.ts";
import { forward, type Listening, serve } from "./serve.ts";
import { type Answer, json, send, sendSigned } from "./signed.ts";

/** Our stack, deployed, and a practice cluster that it may go to. */
export interface Stage {
  readonly emulator: Ministack;
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
  readonly door: EksDoor;
  readonly tables: { readonly records: string; readonly state: string; readonly people: string };
  /** Where Alertmanager sends to, and what it was answered there. */
  readonly api: Listening;
  readonly answers: readonly Answer[];
  /** The host by which the emulator knows our HTTP API. */
  readonly host: string;
  readonly tokens: { readonly practice: string; readonly elsewhere: string };
  /** Physical names of the roles that functions have inside of clusters, by the functions' names. */
  readonly roles: Readonly<Record<string, string>>;
  /** What a function answers that is called without input. */
  readonly invoke: (name: string) => Promise<unknown>;
  readonly play: (incident: IncidentName) => Promise<World>;
  readonly stop: () => Promise<void>;
}

const token = () => randomUUID();
const digest = (secret: string) => createHash("sha256").update(secret).digest("hex");

export async function setStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "cloud-"));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
  };
  const ending = <T extends { stop(): Promise<void> }>(part: T): T => {
    ends.push(() => part.stop());
    return part;
  };
  try {
    const emulator = ending(await startMinistack({ iam: true }));
    const { endpoint } = emulator;
    let current: World | undefined;
    const world = () => {
      if (!current) throw new Error("nothing is played yet");
      return current;
    };
    ends.push(async () => current?.stop());
    const groups = new Map<string, readonly string[]>();
    const cluster = "eks-practice";
    const door = ending(await eksDoor({ cluster, sts: endpoint, groups: (role) => groups.get(role) ?? [], world }));
    const places: Places = {
      kubernetes: door.url,
      prometheus: ending(await forward(() => world().prometheusUrl)).url,
      alertmanager: ending(await forward(() => world().alertmanagerUrl)).url,
    };

    const cdk = new Cdk(emulator, dir);
    const synth = async (name: string, more: readonly string[]) => {
      await writeFile(join(dir, `${name}.yaml`), policyText(places, more));
      await cdk.synth(join(dir, `${name}.yaml`), join(dir, name));
    };
    await Promise.all([synth("first", []), cdk.bootstrap()]);
    const deployment = await cdk.deploy(join(dir, "first"));
    const { outputs, nameOf } = deployment;

    const entries = ofType(deployed({ policy: loadPolicy(join(dir, "first.yaml")) }), "AWS::EKS::AccessEntry");
    const roles: Record<string, string> = {};
    for (const [, { Properties }] of entries) {
      const logical = /\{(\w+Inside)[0-9A-F]{8}\.Arn\}/.exec(text(Properties.PrincipalArn))?.[1] ?? "";
      const role = nameOf(logical);
      groups.set(role, Properties.KubernetesGroups as readonly string[]);
      roles[logical.replace(/^Functions(\w+)Inside$/, "$1")] = role;
    }

    const tokens = { practice: token(), elsewhere: token() };
    await json(endpoint, "secretsmanager", "secretsmanager.PutSecretValue", {
      SecretId: outputs.Tokens,
      ClientRequestToken: randomUUID(),
      SecretString: JSON.stringify([
        { name: "alertmanager", current: digest(tokens.practice), clusters: ["practice"] },
        { name: "elsewhere", current: digest(tokens.elsewhere), clusters: ["elsewhere-*"] },
      ]),
    });

    await nameByArn(endpoint, nameOf("FunctionsAuthorizeRole"), outputs.Tokens ?? "");
    for (const name of ["Ingest", "Ask", "Answer"]) await mayWake(endpoint, nameOf(`Functions${name}Role`), outputs.Workflow ?? "");

    const host = `${new URL(outputs.Alerts ?? "").hostname.split(".")[0]}.execute-api.localhost:${new URL(endpoint).port}`;
    const answers: Answer[] = [];
    const api = ending(
      await serve(async (request) => {
        const headers = { "content-type": "application/json", authorization: request.headers.get("authorization") ?? "" };
        const answer = await send(endpoint, { host, path: new URL(request.url).pathname, headers, body: await request.text() });
        answers.push(answer);
        return new Response(answer.text, { status: answer.status });
      }),
    );
    const client = { ...patience, ...emulated, endpoint };
    const tables = { records: nameOf("TablesRecords"), state: nameOf("TablesState"), people: nameOf("TablesPeople") };
    return {
      emulator,
      deployment,
      ledger: openDynamoLedger({ client: new DynamoDBClient(client), tables, random: randomUUID }),
      archive: s3Archive(bucketAt(nameOf("Archive"), () => ({ ...emulated, endpoint }))),
      sfn: new SFNClient(client),
      sns: new SNSClient(client),
      door,
      tables,
      api,
      answers,
      host,
      tokens,
      roles,
      invoke: async (name) => {
        const path = `/2015-03-31/functions/${nameOf(`Functions${name}Function`)}/invocations`;
        const { status, text: said } = await sendSigned(endpoint, "lambda", { path, body: "{}" });
        if (status !== 200) throw new Error(`${name}: ${status} ${said}`);
        return JSON.parse(said) as unknown;
      },
      play: async (incident) => {
        await current?.stop();
        current = await startWorld({ incident });
        return current;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
