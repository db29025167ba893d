/**
 * The certificate authority of the practice webhook: a public certificate, valid for a hundred years, so that checks of the bundle have something
 * to read. Its key was thrown away; nothing is served with it.
 */
const pem = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBUjCB+aADAgECAhRObOtAlpFZYWGjWIkt2ARrDBMxwDAKBggqhkjOPQQDAjAe",
  "MRwwGgYDVQQDDBNwcmFjdGljZSB3ZWJob29rIENBMCAXDTIwMDEwMTAwMDAwMFoY",
  "DzIxMjAwMTAxMDAwMDAwWjAeMRwwGgYDVQQDDBNwcmFjdGljZSB3ZWJob29rIENB",
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2EjYIbMTW2L5DqoqPZh10VUpLu1y",
  "m3A6rYjqXI70haW2Gj/LSrPERTOMEt1Z6fUWSnxn9QIR75L/r0UQRDSJgKMTMBEw",
  "DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAziJ8xH+F+9HLxykRX",
  "5VUSglgxUb+XfIusFK7X5SygYQIhAJr2KsUzGI7IQfHjr0OW0LO3TpXCANxZIFG8",
  "CwGzcuok",
  "-----END CERTIFICATE-----",
];
/** Base64 of PEM, as in `clientConfig.caBundle`. */
export const caBundle: string = Buffer.from(`${pem.join("\n")}\n`).toString("base64");
