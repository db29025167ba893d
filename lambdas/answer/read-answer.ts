import * as z from "zod/mini";
import { parsed } from "../../kernel/json.ts";
import type { IncidentId, Sha256 } from "../../kernel/types/index.ts";
import type { Answer } from "./handler.ts";

const shape = z.strictObject({ yes: z.boolean(), plan: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });

export type Read = { readonly ok: true; readonly answer: Omit<Answer, "by"> } | { readonly ok: false; readonly says: string };

/** The body of `POST /approvals/{id}`: `{"yes": true, "plan": "<sha256>"}`. The plan must be named: who answers has seen what they answer. */
export function readAnswer(body: string, id: string | undefined): Read {
  if (!id || !/^[0-9A-Za-z-]{1,60}$/.test(id)) return { ok: false, says: "the path must name an incident: /approvals/{id}" };
  const read = shape.safeParse(parsed(body));
  if (!read.success)
    return {
      ok: false,
      says: `${read.error.issues[0]?.path.join(".") || "the body"} must be as in {"yes": true, "plan": "<sha256 of the plan>"}`,
    };
  return { ok: true, answer: { id: id as IncidentId, yes: read.data.yes, plan: read.data.plan as Sha256 } };
}
