const offset = 14_695_981_039_346_656_037n;
const prime = 1_099_511_628_211n;
const separator = 255;

/**
 * The fingerprint that Alertmanager gives an alert with these labels (FNV-1a, 64 bits, over names and values in order of the names), as it
 * writes it: 16 hexadecimal digits. What a sender gives is held to it: by it the alert is found again in Alertmanager.
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const bytes = names.flatMap((name) => [...Buffer.from(name), separator, ...Buffer.from(labels[name] ?? ""), separator]);
  const hash = bytes.reduce((sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * prime), offset);
  return hash.toString(16).padStart(16, "0");
}
