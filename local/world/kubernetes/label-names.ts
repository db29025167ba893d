const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const characters = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const nameHint = "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const notSubdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const valueHint =
  "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a label's key, in the API server's words; undefined if nothing. */
export function badKey(key: string): string | undefined {
  const parts = key.split("/");
  const [prefix, name] = parts.length === 1 ? [undefined, parts[0] ?? ""] : [parts[0], parts[1] ?? ""];
  if (parts.length > 2)
    return `a valid label key must consist of ${characters} ${nameHint} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  if (prefix !== undefined && !subdomain.test(prefix)) return `prefix part ${notSubdomain}`;
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return "name part must be no more than 63 bytes";
  return qualifiedName.test(name) ? undefined : `name part must consist of ${characters} ${nameHint}`;
}

/** What is wrong with a label's value; undefined if nothing. */
export function badValue(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 bytes";
  return value === "" || qualifiedName.test(value)
    ? undefined
    : `a valid label must be an empty string or consist of ${characters} ${valueHint}`;
}
