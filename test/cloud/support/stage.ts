import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePolicy } from "../../../adapters/policy/parse.ts";
import type { Archive, Ledger } from "../../../kernel/ports.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import { about } from "../../../lib/workflow.ts";
import { manifests } from "../../../ops/generate.ts";
import { installed } from "../../../ops/installed.ts";
import { type RealCluster, startCluster } from "../../cluster/parts/start.ts";
import { openPatrolPage, type PatrolPage } from "../../cluster/support/patrolled.ts";
import { clusterName, ruleFiles } from "../../cluster/support/stage.ts";
import { type Ministack, startMinistack } from "../../support/ministack.ts";
import { type Api, openApi } from "./api.ts";
import { type Clients, clientsOf } from "./clients.ts";
import { Cdk, type Deployment, stack } from "./deployment.ts";
import { type Entries, eksAuthenticator } from "./eks-authenticator.ts";
import { mayWake, nameByArn } from "./emulated-iam.ts";
import { accessEntries } from "./entries.ts";
import { type People, peopleOf } from "./people.ts";
import { basis, eksName, policyText } from "./policy.ts";
import { json } from "./signed.ts";
import { watchedBy } from "./watch.ts";

/** Our stack, deployed, and the real cluster that it goes to: its Alertmanager sends to the HTTP API. */
export interface Stage extends Clients {
  readonly emulator: Ministack;
  readonly cluster: RealCluster;
  readonly policy: Policy;
  /** The policy that was deployed last. */
  readonly policyFile: string;
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly archive: Archive;
  readonly patrol: PatrolPage;
  readonly api: Api;
  /** The host by which the emulator knows our HTTP API. */
  readonly host: string;
  readonly tokens: Tokens;
  readonly people: People;
  /** Physical names of the roles that functions have inside of the cluster, by the functions' names. */
  readonly roles: Readonly<Record<string, string>>;
  /** Deploys the next version, with this policy and a definition of the workflow that begins with `comment`; resolves to its policy. */
  readonly upgrade: (comment: string, adapt: (policy: string) => string) => Promise<Policy>;
  readonly stop: () => Promise<void>;
}

/** Of the definition of the workflow, as the template has them too, where quotes are escaped. */
const [firstWords = ""] = about.split("{");

interface Tokens {
  readonly alertmanager: string;
  readonly elsewhere: string;
}

export async function setStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "cloud-"));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const emulator = await startMinistack({ iam: true });
    ends.push(emulator.stop);
    const api = await openApi();
    ends.push(api.stop);
    const patrol = await openPatrolPage(clusterName);
    ends.push(patrol.close);
    const tokens = { alertmanager: randomUUID(), elsewhere: randomUUID() };
    let entries: Entries = new Map();
    const starting = startCluster({
      dir: join(dir, "cluster"),
      cluster: clusterName,
      prometheus: true,
      // As whoever operates the cluster makes them for it: by the policy.
      manifests: Object.values(manifests(installed({ policyFile: basis, cluster: clusterName }))),
      ruleFiles,
      authenticate: eksAuthenticator({ cluster: eksName, sts: emulator.endpoint, entries: () => entries }),
      alertmanagerWebhook: { url: `${api.url}/alerts`, bearerToken: tokens.alertmanager },
      scrapeTargets: [{ job: "remediator", url: patrol.url }],
    });
    // Also where something else fails before it has started.
    ends.push(async () => (await starting.catch(() => undefined))?.stop());

    const cdk = new Cdk(emulator, dir);
    const [cluster] = await Promise.all([starting, cdk.bootstrap()]);
    const policyFile = join(dir, "remediator.yaml");
    const written = await policyText(cluster);
    const deploy = async (text: string, adapt: (template: string) => string = (template) => template) => {
      await writeFile(policyFile, text);
      const assembly = await mkdtemp(join(dir, "cdk.out-"));
      await cdk.synth(policyFile, assembly);
      const template = join(assembly, `${stack}.template.json`);
      await writeFile(template, adapt(await readFile(template, "utf8")));
      return { deployment: await cdk.deploy(assembly), policy: parsePolicy(text, { file: policyFile }) };
    };
    const { deployment, policy } = await deploy(written);
    const roles = accessEntries(policy, deployment);
    entries = roles.entries;
    // Once is enough: a deployment leaves alone what its template does not change.
    await mend(emulator, deployment);
    await give(tokens, emulator, deployment);

    const { outputs } = deployment;
    const host = `${new URL(outputs.Alerts ?? "").hostname.split(".")[0]}.execute-api.localhost:${new URL(emulator.endpoint).port}`;
    api.leadTo(emulator.endpoint, host);
    const clients = clientsOf(emulator, deployment);
    ends.push(watchedBy(patrol, { cluster, ledger: clients.ledger, policy }));
    const people = await peopleOf(emulator.endpoint);
    const upgrade: Stage["upgrade"] = async (comment, adapt) =>
      (await deploy(adapt(written), (template) => template.replace(firstWords, `${comment}. ${firstWords}`))).policy;
    return {
      emulator,
      cluster,
      policy,
      policyFile,
      deployment,
      ...clients,
      patrol,
      api,
      host,
      tokens,
      people,
      roles: roles.of,
      upgrade,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the emulator would refuse though AWS would not. */
async function mend({ endpoint }: Ministack, { outputs, nameOf }: Deployment): Promise<void> {
  await nameByArn(endpoint, nameOf("FunctionsAuthorizeRole"), outputs.Tokens ?? "");
  for (const name of ["Ingest", "Ask", "Answer"]) await mayWake(endpoint, nameOf(`Functions${name}Role`), outputs.Workflow ?? "");
}

async function give(tokens: Tokens, { endpoint }: Ministack, { outputs }: Deployment): Promise<void> {
  const digest = (secret: string) => createHash("sha256").update(secret).digest("hex");
  await json(endpoint, "secretsmanager", "secretsmanager.PutSecretValue", {
    SecretId: outputs.Tokens,
    ClientRequestToken: randomUUID(),
    SecretString: JSON.stringify([
      { name: "alertmanager", current: digest(tokens.alertmanager), clusters: [clusterName] },
      { name: "elsewhere", current: digest(tokens.elsewhere), clusters: ["elsewhere-*"] },
    ]),
  });
}
