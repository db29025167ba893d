import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** A request as it came in. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
/** Answers, breaks off, or does nothing (so that the caller runs into its timeout). */
export type Play = (seen: Seen, response: ServerResponse) => void;

export const token = "s3cr3t-t0ken-of-the-reader";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server on loopback that plays its part until the test is over; `seen` is all that it was asked. */
export async function serve(play: Play): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    const one = { method, url, headers, body };
    seen.push(one);
    play(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export const json =
  (status: number, value: unknown): Play =>
  (_seen, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
export const html =
  (status: number): Play =>
  (_seen, response) =>
    response.writeHead(status, { "content-type": "text/html" }).end("<html><body>Bad gateway</body></html>");
export const text =
  (status: number, value: string): Play =>
  (_seen, response) =>
    response.writeHead(status, { "content-type": "text/plain" }).end(value);
/** The connection dies before anything is answered. */
export const reset: Play = (_seen, response) => response.socket?.destroy();
/** The connection dies in the middle of the answer. */
export const resetHalfway: Play = (_seen, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).write('{"kind":"Pod"');
  setImmediate(() => response.socket?.destroy());
};
export const silent: Play = () => undefined;

/** One play after the other; the last goes on. */
export const inTurn = (...plays: readonly Play[]): Play => {
  const rest = [...plays];
  return (seen, response) => (rest.length > 1 ? rest.shift() : rest[0])?.(seen, response);
};

export const status = (code: number, reason: string, message: string, details: Record<string, unknown> = {}) =>
  json(code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details });
