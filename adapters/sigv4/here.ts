export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
/** Where on AWS one is, and as whom: what every signed request wants to know. */
export interface Here {
  readonly region: string;
  readonly credentials: Credentials;
  /** Where AWS is, if not in its usual place. */
  readonly endpoint?: string;
}

/** What Lambda says of it: a function's credentials stay the same for as long as it lives. Throws where one is not set. */
export function hereFrom(environment: Readonly<Record<string, string | undefined>>): Here {
  const value = (name: string): string => {
    const found = environment[name];
    if (!found) throw new Error(`${name} is not set`);
    return found;
  };
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL: endpoint } = environment;
  return {
    region: value("AWS_REGION"),
    credentials: {
      accessKeyId: value("AWS_ACCESS_KEY_ID"),
      secretAccessKey: value("AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken ? { sessionToken } : {}),
    },
    ...(endpoint ? { endpoint } : {}),
  };
}
