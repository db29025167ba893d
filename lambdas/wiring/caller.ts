import type { Caller } from "../../adapters/sigv4/json.ts";

/** This function, as a service of AWS sees it: Lambda gives each of its environments what it needs for that. */
export function caller(): Caller {
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL: endpoint } = process.env;
  return {
    region: given("AWS_REGION"),
    credentials: {
      accessKeyId: given("AWS_ACCESS_KEY_ID"),
      secretAccessKey: given("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken ? { sessionToken } : {}),
    },
    ...(endpoint ? { endpoint } : {}),
  };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
