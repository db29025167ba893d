import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

/** PEM files of a serving certificate, and of the authority made for it alone. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority and a serving certificate for 127.0.0.1 and the given DNS names, as `<name>-*.pem` in `dir`; they hold for two days. */
export async function certificates(dir: string, name: string, dnsNames: readonly string[]): Promise<Certificates> {
  const file = (suffix: string) => join(dir, `${name}-${suffix}`);
  const names = ["IP:127.0.0.1", ...["localhost", ...dnsNames].map((dns) => `DNS:${dns}`)].join(",");
  await writeFile(file("openssl.cnf"), openssl(names));
  const [caKey, key] = await Promise.all([privateKey(file("ca-key.pem")), privateKey(file("key.pem"))]);
  const of = (subject: string) => ["-config", file("openssl.cnf"), "-subj", `/CN=${subject}`];
  await run("openssl", [
    "req",
    "-x509",
    "-new",
    "-key",
    caKey,
    "-out",
    file("ca.pem"),
    "-days",
    "2",
    "-extensions",
    "ca",
    ...of(`${name} test CA`),
  ]);
  await run("openssl", ["req", "-new", "-key", key, "-out", file("csr.pem"), ...of(name)]);
  const signing = ["-CA", file("ca.pem"), "-CAkey", caKey, "-CAcreateserial", "-extfile", file("openssl.cnf"), "-extensions", "leaf"];
  await run("openssl", ["x509", "-req", "-in", file("csr.pem"), "-out", file("cert.pem"), "-days", "2", ...signing]);
  return { ca: file("ca.pem"), cert: file("cert.pem"), key };
}

/** The key pair with which the API server signs service account tokens. */
export async function signingKey(dir: string): Promise<string> {
  const file = join(dir, "service-account-key.pem");
  const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(file, key.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  return file;
}

/** Base64 of a PEM file, as Kubernetes wants a `caBundle`. */
export async function bundle(file: string): Promise<string> {
  return (await readFile(file)).toString("base64");
}

async function privateKey(file: string): Promise<string> {
  const { privateKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(file, key.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  return file;
}

// An own configuration: what openssl's default one adds differs between versions.
const openssl = (names: string) => `
[req]
distinguished_name = subject
prompt = no
[subject]
CN = replaced by -subj
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,digitalSignature
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${names}
`;
