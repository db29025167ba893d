import { plainQuery } from "../sigv4/sign.ts";
import { type Asking, type Endpoint, headersOf, hostOf, joined, NoCredentials } from "../world/endpoint.ts";
import { MiB } from "../world/reading.ts";
import { brokenBy, codeOf, saidBy } from "../world/status.ts";

/** Alertmanager did not do it; the message is for people, and holds nothing of what we sent. */
export class AlertmanagerFailed extends Error {
  override readonly name = "AlertmanagerFailed";
}

const largest = 32 * MiB;

/** One request, without redirects. Gives the body of a success; rejects with `AlertmanagerFailed` otherwise. */
export async function request(endpoint: Endpoint, path: string, alerts?: unknown): Promise<string> {
  const server = `Alertmanager at ${hostOf(endpoint)}`;
  try {
    const url = new URL(joined(endpoint, path));
    url.search = plainQuery(url.searchParams);
    const body = alerts === undefined ? undefined : JSON.stringify(alerts);
    const asking: Asking = body === undefined ? { method: "GET", url } : { method: "POST", url, body };
    const response = await fetch(url, {
      method: asking.method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(await headersOf(endpoint, asking)),
      },
      body: body ?? null,
      redirect: "manual",
      signal: AbortSignal.timeout(endpoint.timeoutSeconds * 1000),
    });
    if (response.ok) return await bounded(response, server);
    await response.body?.cancel();
    throw new AlertmanagerFailed(saidBy(server, response.status));
  } catch (thrown) {
    if (thrown instanceof AlertmanagerFailed) throw thrown;
    if (thrown instanceof NoCredentials) throw new AlertmanagerFailed(thrown.message);
    throw new AlertmanagerFailed(brokenBy(server, codeOf(thrown), endpoint.timeoutSeconds));
  }
}

async function bounded(response: Response, server: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largest) throw new AlertmanagerFailed(`${server} answered with more than ${largest / MiB} MiB`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}
