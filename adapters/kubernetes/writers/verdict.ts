import { parsed } from "../../../kernel/json.ts";
import type { Target } from "../../../kernel/types/index.ts";
import { redactText } from "../../redact/index.ts";
import { NoAnswer, type Reply } from "../connection.ts";
import { type ApiStatus, apiStatus, isRecord } from "../status.ts";
import { isNotFound, type Live } from "./hands.ts";

export type Verdict = { readonly was: "accepted" | "gone" | "stale" } | { readonly was: "refused"; readonly says: string };

/**
 * What an answer to a write means. Only the API server's own word counts: where a proxy answers, or the server is in trouble, the write may
 * have been done all the same, so that is no answer, and reading must tell.
 */
export function verdictOn({ status, body }: Reply, target: Target<string>, took: (answer: Live) => boolean): Verdict {
  if (status >= 200 && status < 300) {
    const answer = parsed(body);
    if (!isRecord(answer) || typeof answer.kind !== "string")
      throw new NoAnswer(`the answer to the write (${status}) is not the API server's`);
    if (took(answer)) return { was: "accepted" };
    return {
      was: "refused",
      says: "the API server accepted the write, but something there, such as an admission policy, took it out again",
    };
  }
  const said = apiStatus(body);
  if (status === 500 && said && /PodDisruptionBudget/.test(said.message))
    return { was: "refused", says: sentence("it cannot be evicted", said) };
  if (status >= 500 || status === 408) throw new NoAnswer(`the answer to the write was ${status}: whether it was done must be read`);
  if (!said) return { was: "refused", says: `something in front of the API server refused the write (${status})` };
  if (status === 404 && isNotFound(body, target)) return { was: "gone" };
  // Another uid in a patch's body is a change of an unchangeable field (422), where the version did not already tell (409).
  if (status === 409 || (status === 422 && said.message.includes("metadata.uid"))) return { was: "stale" };
  return { was: "refused", says: sentence(words[status] ?? `the API server refused it (${status})`, said) };
}

const words: Readonly<Record<number, string>> = {
  401: "the API server does not accept our credentials (401)",
  403: "our role, or an admission policy, does not allow it (403)",
  422: "the API server calls it invalid (422)",
  429: "the API server will not do it now (429)",
};

const sentence = (what: string, { message, causes }: ApiStatus): string =>
  redactText(
    [what, message, ...causes]
      .map((part) => part.replace(/\.$/, ""))
      .filter((part) => part !== "")
      .join(": "),
  ).slice(0, 600);
