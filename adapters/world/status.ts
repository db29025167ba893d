/** A status code that is not success, in the words of somebody who is on call. */
export function saidBy(server: string, status: number): string {
  if (status === 401) return `${server} does not accept our credentials (401)`;
  if (status === 403) return `${server} forbids it (403)`;
  if (status === 429) return `${server} has too many requests (429)`;
  if (status >= 500) return `${server} is in trouble (${status})`;
  if (status >= 300 && status < 400) return `${server} sends us elsewhere (${status}), which we do not follow`;
  return `${server} refused the question (${status})`;
}

/** Why no answer came, from the code of an error of Node, TLS or fetch; its message may quote what we sent, so it is not used. */
export function brokenBy(server: string, code: string, timeoutSeconds: number): string {
  if (/TIMEDOUT|TIMEOUT|ECONNABORTED|ERR_CANCELED|TimeoutError|AbortError/.test(code))
    return `${server} gave no answer within ${timeoutSeconds} s`;
  if (code === "ECONNREFUSED") return `${server} takes no connections (${code})`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the name of ${server} does not resolve (${code})`;
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return `the certificate of ${server} is not trusted (${code})`;
  return `the connection to ${server} broke (${code})`;
}

/** The code of whatever was thrown, also where a wrapper carries it as its cause. */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "unknown";
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Error ? codeOf(cause) : thrown.name;
}
