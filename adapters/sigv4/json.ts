import { parsed } from "../../kernel/json.ts";
import { type Service, send } from "./send.ts";

/** `error`: the name of what went wrong, such as `AccessDeniedException`. Its message may name things, so it stays out. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly error: string;
  readonly value: unknown;
}

/** One signed request to a service of AWS that speaks JSON 1.1. Rejects as `send` does, and is asked again as that is. */
export async function askJson(service: string, target: string, input: unknown, as: Service): Promise<Answer> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const { status, text } = await send({ service, method: "POST", headers, body: JSON.stringify(input) }, as);
  const value = parsed(text);
  return { ok: status >= 200 && status < 300, status, error: errorOf(value), value };
}

const errorOf = (answer: unknown): string =>
  typeof answer === "object" && answer !== null && "__type" in answer ? String(answer.__type).replace(/^.*#/, "").slice(0, 60) : "";
