import type { Place } from "../../adapters/archive/bucket.ts";

/** AWS, asked in the function's own name: what Lambda itself sets, as it is now. */
export function asItself(): Place {
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
