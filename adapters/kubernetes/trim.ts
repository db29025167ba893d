type Fields = Readonly<Record<string, unknown>>;

/**
 * The object without what must not, or need not, be stored: the last applied manifest (a copy of everything that is left out here), values of
 * environment variables that are not the product's own, and of managed fields all but who owns which label, and whether others with it.
 */
export function trim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trim);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => entry(key, inner)));
}

function entry(key: string, value: unknown): [string, unknown][] {
  if (key === "kubectl.kubernetes.io/last-applied-configuration") return [];
  // Command lines carry passwords in forms that no scanner knows.
  if ((key === "args" || key === "command") && Array.isArray(value)) return [[key, value.map(() => "[not kept]")]];
  if (key === "env" && Array.isArray(value)) return [[key, value.map(variable)]];
  if (key === "managedFields" && Array.isArray(value)) return [[key, value.map(manager)]];
  return [[key, trim(value)]];
}

/** The only variables whose values checks read. */
const ours = new Set(["SPIFFE_ENDPOINT_SOCKET", "SPIRL_ENDPOINT"]);
const variable = (env: unknown): unknown =>
  isFields(env) && "value" in env && !ours.has(String(env.name)) ? { ...env, value: "[not kept]" } : env;

function manager(entry: unknown): unknown {
  if (!isFields(entry)) return {};
  const { manager, operation, time, subresource, fieldsV1 } = entry;
  const template = pick(fieldsV1, "f:spec", "f:template", "f:metadata", "f:labels");
  // That there are others is kept, for a manager's time is that of any of its fields; which ones they are is not.
  const fields = {
    ...emptied(fieldsV1),
    ...(isFields(fieldsV1) && isFields(fieldsV1["f:metadata"])
      ? { "f:metadata": { ...emptied(fieldsV1["f:metadata"]), ...labelsIn(fieldsV1["f:metadata"]) } }
      : {}),
    ...(template ? { "f:spec": { "f:template": { "f:metadata": { "f:labels": template } } } } : {}),
  };
  return { manager, operation, time, ...(subresource === undefined ? {} : { subresource }), fieldsV1: fields };
}

const emptied = (of: unknown): Fields => (isFields(of) ? Object.fromEntries(Object.keys(of).map((key) => [key, {}])) : {});
const labelsIn = (of: Fields): Fields => ("f:labels" in of ? { "f:labels": of["f:labels"] } : {});

const pick = (from: unknown, ...path: string[]): unknown => path.reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), from);

const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);
