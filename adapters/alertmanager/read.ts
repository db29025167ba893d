import type { Endpoint } from "../world/endpoint.ts";
import { hostOf } from "../world/endpoint.ts";
import { cannot, got, type Reader } from "../world/reading.ts";
import { AlertmanagerFailed, request } from "./request.ts";

/** Alerts, silences, status by API path (`/api/v2/...`), as JSON. */
export function alertmanagerReader(endpoint: Endpoint): Reader {
  return async (text) => {
    if (!/^\/api\/v2\/[a-z]/.test(text) || text.includes("..") || text.includes("#")) {
      return cannot(`this is not a path that may be read: ${text.slice(0, 120)}`);
    }
    try {
      return got(JSON.parse(await request(endpoint, text)));
    } catch (thrown) {
      if (thrown instanceof AlertmanagerFailed) return cannot(thrown.message);
      return cannot(`Alertmanager at ${hostOf(endpoint)} answered with something that is not JSON; is there a proxy in between?`);
    }
  };
}
