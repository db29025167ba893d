import type { Service } from "../../adapters/sigv4/send.ts";

/** AWS, asked in the function's own name. Credentials are rotated: each use asks anew. */
export function asItself(region = given("AWS_REGION")): Service {
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL: endpoint } = process.env;
  return {
    region,
    credentials: {
      accessKeyId: given("AWS_ACCESS_KEY_ID"),
      secretAccessKey: given("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken ? { sessionToken } : {}),
    },
    ...(endpoint ? { endpoint } : {}),
  };
}

/** What Lambda itself sets. */
function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
