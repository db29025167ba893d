import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

/** The API server's answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Requests with all rights, on kept connections: for what is asked often, where kubectl's 80 ms a call would add up. */
export interface Admin {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** The parsed answer of a GET; any status but 200 is an error. */
  get<T>(path: string): Promise<T>;
  /** Creates an object in the collection at `path`; one that is there already stays as it is. */
  create(path: string, object: unknown): Promise<void>;
  close(): void;
}

export function admin(url: string, caFile: string, token: string): Admin {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(caFile) });
  const send = (method: string, path: string, body?: unknown, contentType = "application/json") =>
    new Promise<Answer>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        "user-agent": "test-bed",
        ...(body === undefined ? {} : { "content-type": contentType }),
      };
      const sent = request(url + path, { method, agent, headers, timeout: 10_000 }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece: string) => {
          text += piece;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
        answer.on("error", reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    send,
    async get<T>(path: string) {
      const { status, body } = await send("GET", path);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
      return JSON.parse(body) as T;
    },
    async create(path, object) {
      const { status, body } = await send("POST", path, object);
      if (status !== 201 && status !== 409) throw new Error(`POST ${path}: ${status} ${body}`);
    },
    close: () => agent.destroy(),
  };
}
