/** Enough to tell what it is. */
const decoded = (base64: string): string => Buffer.from(base64.slice(0, 2048), "base64").toString("latin1");

/** A JWT or a private key in base64, as the `data` of a Kubernetes Secret and kubeconfigs hold them. A certificate is none. */
export const encodesSecret = (base64: string): boolean => /^eyJ[\w-]{10,}\.|^-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(decoded(base64));

/** `user:password` in base64, as in Basic authentication and in the configuration of registries. */
export const encodesUser = (base64: string): boolean =>
  /^[A-Za-z0-9+/]{6,}={0,2}$/.test(base64) && /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(decoded(base64));
