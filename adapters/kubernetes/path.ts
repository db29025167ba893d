/** A GET of the API server, understood far enough to name it, and to know what must not be read. */
export interface ApiPath {
  /** As kubectl would name it: `pods/web-1 in namespace shop`, `the nodes`. */
  readonly says: string;
  readonly resource: string;
  readonly name?: string;
  readonly subresource?: string;
  /** True where the answer is a list, which comes in pages. */
  readonly list: boolean;
}

const segment = /^[A-Za-z0-9][A-Za-z0-9.:_-]*$/;
/** Of an object, what is only data. The others (exec, proxy, attach, portforward, token) reach further than the API server. */
const readable = ["status", "scale"];

/** Undefined for whatever is not a plain read: other paths, secrets, watches, subresources that do something. `text` may have a query string. */
export function apiPath(text: string, only: "object" | "log"): ApiPath | undefined {
  if (!/^\/apis?(\/|$|\?)/.test(text) || !URL.canParse(text, "http://api")) return undefined;
  const url = new URL(text, "http://api");
  // A path that the URL parser would write differently (dot segments, fragments, blanks) is not what it looks like.
  if (text.split("?", 1)[0] !== url.pathname || url.hash !== "" || url.searchParams.has("watch") || url.searchParams.has("follow"))
    return undefined;
  const segments = url.pathname.slice(1).split("/").map(decode);
  if (!segments.every((part) => segment.test(part))) return undefined;

  const rest = segments.slice(segments[0] === "api" ? 2 : 3);
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
  const [resource, name, subresource, ...more] = namespace === undefined ? rest : rest.slice(2);
  if (resource === undefined) return only === "object" ? { says: `the API at ${url.pathname}`, resource: "API", list: false } : undefined;
  if (more.length > 0 || resource === "secrets" || (rest[0] === "watch" && rest.length > 1)) return undefined;
  if (only === "log" ? subresource !== "log" || resource !== "pods" : subresource !== undefined && !readable.includes(subresource))
    return undefined;

  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  const what = name === undefined ? `the ${resource}` : `${resource}/${name}`;
  const says = `${only === "log" ? "the log of " : ""}${what}${where}`;
  return { says, resource, ...(name ? { name } : {}), ...(subresource ? { subresource } : {}), list: name === undefined };
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
};

/** The path with one more parameter in its query string, unless it is there already. */
export function withParameter(text: string, name: string, value: string): string {
  const [path = "", search = ""] = text.split("?", 2);
  const parameters = new URLSearchParams(search);
  if (!parameters.has(name)) parameters.set(name, value);
  return `${path}?${parameters}`;
}
