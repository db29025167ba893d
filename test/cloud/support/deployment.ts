import { mkdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { run } from "../../cluster/parts/run.ts";
import { emulated, type Ministack } from "../../support/ministack.ts";
import { elements, form } from "./signed.ts";

export interface Deployment {
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical name of the resource whose logical id is this and a hash. */
  readonly nameOf: (logicalId: string) => string;
  /** How long each command took, in seconds. */
  readonly took: Readonly<Record<string, number>>;
}

const root = resolve(import.meta.dirname, "../../..");
export const stack = "remediator";
const environment = `aws://000000000000/${emulated.region}`;

/** The CDK command as a person runs it, but towards the emulator. */
export class Cdk {
  readonly took: Record<string, number> = {};
  readonly #emulator: Ministack;
  readonly #dir: string;

  constructor(emulator: Ministack, dir: string) {
    this.#emulator = emulator;
    this.#dir = dir;
  }

  /** Our app with this policy, without the types that the emulator does not take: entries for EKS, and saved queries, are left to others. */
  synth(policyFile: string, to: string): Promise<void> {
    return this.#cdk(
      "synth",
      [
        "synth",
        "--quiet",
        "--output",
        to,
        ...[`policy=${policyFile}`, "accessEntries=false", "savedQueries=false"].flatMap((one) => ["--context", one]),
      ],
      root,
    );
  }

  bootstrap(): Promise<void> {
    return this.#cdk("bootstrap", ["bootstrap", environment], this.#dir);
  }

  async deploy(from: string): Promise<Deployment> {
    const outputsFile = join(this.#dir, "outputs.json");
    await this.#cdk("deploy", ["deploy", "--app", from, "--require-approval", "never", "--outputs-file", outputsFile], this.#dir);
    const outputs = (JSON.parse(await readFile(outputsFile, "utf8")) as Record<string, Record<string, string>>)[stack] ?? {};
    const xml = await form(this.#emulator.endpoint, "cloudformation", {
      Action: "DescribeStackResources",
      Version: "2010-05-15",
      StackName: stack,
    });
    const logical = elements(xml, "LogicalResourceId");
    const physical = elements(xml, "PhysicalResourceId");
    const nameOf = (id: string) => {
      const at = logical.findIndex((name) => name.startsWith(id) && /^[0-9A-F]{8}$/.test(name.slice(id.length)));
      const name = physical[at];
      if (name === undefined) throw new Error(`the stack has no ${id}; it has ${logical.join(", ")}`);
      return name;
    };
    return { outputs, nameOf, took: { ...this.took } };
  }

  async #cdk(name: string, args: readonly string[], cwd: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const began = performance.now();
    const { endpoint, certificate = "" } = this.#emulator;
    await run(process.execPath, [join(root, "node_modules/aws-cdk/bin/cdk"), ...args], {
      cwd,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: this.#dir,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: emulated.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulated.credentials.secretAccessKey,
        AWS_REGION: emulated.region,
        AWS_CA_BUNDLE: certificate,
        NODE_EXTRA_CA_CERTS: certificate,
        CI: "true",
        CDK_DISABLE_CLI_TELEMETRY: "true",
      },
    });
    this.took[name] = (performance.now() - began) / 1000;
  }
}
