import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { cached, say } from "../cluster/parts/cache.ts";
import { freePorts, startPart, untilReady } from "../cluster/parts/process.ts";
import { run } from "../cluster/parts/run.ts";

/** The AWS emulator, and the library that it wants for certificates. */
const packages = ["ministack==1.5.33", "cryptography==50.0.2"] as const;
const readySeconds = 60;

export interface Ministack {
  /** For `endpoint` of a client, or AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** What it prints; of use when something does not work. */
  readonly logFile: string;
  /** Of whom it speaks TLS as, where it does. */
  readonly certificate?: string;
  readonly stop: () => Promise<void>;
}

export interface MinistackOptions {
  /** Folder with the `node` that runs functions; default: this process's own. */
  readonly nodePath?: string;
  /**
   * Functions get credentials of their roles, signatures are checked, and policies of identities and resources are enforced. It speaks TLS
   * then, for what is sent in the clear is refused, and this process trusts its certificate.
   */
  readonly iam?: boolean;
}

/** For clients. Without `iam` the emulator takes any; with it, these are the account's root. */
export const emulated = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } } as const;

/**
 * Starts the emulator on a free port of 127.0.0.1, with nothing in it, and installs it into the cache where it is missing (needs `python3` with
 * pip).
 */
export async function startMinistack({ nodePath = dirname(process.execPath), iam = false }: MinistackOptions = {}): Promise<Ministack> {
  const { python, library } = await installed();
  const dir = await mkdtemp(join(tmpdir(), "ministack-"));
  const [port = 0] = await freePorts(1);
  const part = startPart({
    name: "ministack",
    command: python,
    args: ["-m", "ministack"],
    dir,
    // Its own environment: nothing of the machine's AWS or Docker set-up reaches it, and what it writes is in its own folder.
    env: {
      PATH: `${nodePath}:${process.env.PATH ?? ""}`,
      PYTHONPATH: library,
      HOME: dir,
      TMPDIR: dir,
      S3_DATA_DIR: join(dir, "s3"),
      STATE_DIR: join(dir, "state"),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      DOCKER_HOST: `unix://${join(dir, "no-docker.sock")}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      MINISTACK_REGION: emulated.region,
      LOG_LEVEL: "WARNING",
      ...(iam ? { AUTH: "true", USE_SSL: "1" } : {}),
    },
  });
  const endpoint = `${iam ? "https" : "http"}://127.0.0.1:${port}`;
  const certificate = join(dir, "ministack-tls", "server.crt");
  const stop = async () => {
    await part.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    if (iam) {
      await untilReady(part, readySeconds, async () => existsSync(certificate));
      setDefaultCACertificates([...getCACertificates("default"), readFileSync(certificate, "utf8")]);
    }
    await untilReady(part, readySeconds, async () => (await fetch(`${endpoint}/_ministack/ready`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, logFile: part.logFile, ...(iam ? { certificate } : {}), stop };
}

/** The interpreter and the folder with the packages. Compiled parts fit one version of Python, so each has its own. */
async function installed(): Promise<{ readonly python: string; readonly library: string }> {
  const asked = await run("python3", ["-c", "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2], sep='\\n')"]);
  // By its own path: what stands as `python3` in PATH may be a chooser that looks into HOME.
  const [python = "python3", version = ""] = asked.trim().split("\n");
  const library = await cached("ministack", `${packages[0].split("==")[1]}-python${version}`, async (folder) => {
    say(`installing ${packages.join(" and ")}`);
    const quiet = ["--quiet", "--no-warn-conflicts", "--disable-pip-version-check"];
    await run(python, ["-m", "pip", "install", ...quiet, "--target", folder, ...packages]);
    if (!existsSync(join(folder, "ministack"))) throw new Error(`pip ended well, but there is no ministack in ${folder}`);
  });
  return { python, library };
}
