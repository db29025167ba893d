import { PrometheusDriver } from "prometheus-query";
import { plainQuery } from "../sigv4/sign.ts";
import { type Endpoint, headersOf, hostOf, NoCredentials } from "../world/endpoint.ts";
import { cannotTell, got, MiB, type Reader } from "../world/reading.ts";
import { brokenBy, codeOf, saidBy } from "../world/status.ts";
import { Inconclusive } from "./inconclusive.ts";
import { plot, samples } from "./samples.ts";

/**
 * PromQL by way of `prometheus-query`. Plain text is an instant query at the server's own time and gives `[{labels, value, at}]`;
 * `range(<seconds>,<step>) <promql>` is the window that ends at `now` (milliseconds) and gives `[{labels, points: [[t, v], ...]}]`.
 * Times are seconds since 1970. Partial, warned about, or without a number: unavailable.
 */
export function prometheusReader(endpoint: Endpoint, now: () => number): Reader {
  const server = `Prometheus at ${hostOf(endpoint)}`;
  const driver = driverOf(endpoint, server);
  return async (text) => {
    try {
      const range = /^range\((\d+),(\d+)\) ([\s\S]+)$/.exec(text);
      if (!range) return got(samples(await driver.instantQuery(text)));
      const [, seconds, step, promql = ""] = range;
      const end = now();
      return got(plot(await driver.rangeQuery(promql, end - Number(seconds) * 1000, end, Number(step))));
    } catch (thrown) {
      return cannotTell(reasonOf(thrown) ?? `${server} gave an answer that cannot be read`, text.slice(0, 200));
    }
  };
}

/** The library wraps whatever an interceptor throws into a plain object, as `original`. */
function reasonOf(thrown: unknown): string | undefined {
  if (thrown instanceof Inconclusive) return thrown.message;
  const original = thrown !== null && typeof thrown === "object" && "original" in thrown ? thrown.original : undefined;
  return original instanceof Inconclusive ? original.message : undefined;
}

function driverOf(endpoint: Endpoint, server: string): PrometheusDriver {
  return new PrometheusDriver({
    endpoint: endpoint.url.replace(/\/+$/, ""),
    timeout: endpoint.timeoutSeconds * 1000,
    requestInterceptor: {
      onFulfilled: async (request) => {
        const parameters = new URLSearchParams(request.params);
        // The library sends this machine's clock; without it the server takes its own, which is the one its samples have.
        parameters.delete("time");
        // Thanos and VictoriaMetrics: an error instead of half an answer. Prometheus and Mimir do not mind.
        parameters.set("partial_response", "false");
        parameters.set("deny_partial_response", "1");
        const query = plainQuery(parameters);
        request.params = parameters;
        request.paramsSerializer = { serialize: () => query };
        const url = new URL(`${request.baseURL}${request.url}?${query}`);
        for (const [name, value] of Object.entries(await headersOf(endpoint, { method: "GET", url }))) request.headers.set(name, value);
        request.signal = AbortSignal.timeout(endpoint.timeoutSeconds * 1000);
        request.maxRedirects = 0;
        // What we ask for is answered in a few kilobytes: to set up decompression takes longer than to send them plain.
        request.headers.setAcceptEncoding("identity");
        request.decompress = false;
        request.maxContentLength = 32 * MiB;
        return request;
      },
    },
    // The library's own warning hook looks in the wrong place and never fires; its errors carry our headers and lose the status of an HTML page.
    responseInterceptor: {
      onFulfilled: (response) => {
        const body: unknown = response.data;
        if (!isAnswer(body)) throw new Inconclusive(`${server} answered with something that is not Prometheus' (${response.status})`);
        if (body.isPartial === true) throw new Inconclusive(`${server} has only a part of the answer`);
        const warning = body.warnings?.[0];
        if (warning !== undefined) throw new Inconclusive(`${server} warns: ${String(warning).slice(0, 300)}`);
        return response;
      },
      onRejected: (error: unknown) => {
        throw new Inconclusive(error instanceof NoCredentials ? error.message : failure(error, server, endpoint.timeoutSeconds));
      },
    },
  });
}

function failure(error: unknown, server: string, timeoutSeconds: number): string {
  const response = error instanceof Error && "response" in error ? (error.response as { status: number; data: unknown }) : undefined;
  // With a status of success it broke while the answer came.
  if (!response || response.status < 300) return brokenBy(server, codeOf(error), timeoutSeconds);
  const { data, status } = response;
  const said = data !== null && typeof data === "object" && "error" in data ? `: ${String(data.error).slice(0, 300)}` : "";
  return `${saidBy(server, status)}${said}`;
}

const isAnswer = (body: unknown): body is { status: "success"; data: unknown; warnings?: unknown[]; isPartial?: unknown } =>
  body !== null && typeof body === "object" && "status" in body && body.status === "success" && "data" in body;
