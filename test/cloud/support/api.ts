import { type Listening, serve } from "./serve.ts";
import { type Answer, send } from "./signed.ts";

/** Where Alertmanager sends to: it is told where that is before the API is deployed. */
export interface Api extends Listening {
  /** What it was answered, oldest first. */
  readonly answers: readonly Answer[];
  /** From now on what comes is handed on to the HTTP API, which the emulator knows by its host. */
  leadTo(endpoint: string, host: string): void;
}

export async function openApi(): Promise<Api> {
  const answers: Answer[] = [];
  let to: { readonly endpoint: string; readonly host: string } | undefined;
  const listening = await serve(async (request) => {
    if (!to) return new Response("nothing is deployed yet", { status: 503 });
    const headers = { "content-type": "application/json", authorization: request.headers.get("authorization") ?? "" };
    const { pathname } = new URL(request.url);
    const answer = await send(to.endpoint, { host: to.host, path: pathname, headers, body: await request.text() });
    answers.push(answer);
    return new Response(answer.text, { status: answer.status });
  });
  return {
    ...listening,
    answers,
    leadTo: (endpoint, host) => {
      to = { endpoint, host };
    },
  };
}
