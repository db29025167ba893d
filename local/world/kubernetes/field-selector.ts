import { at } from "./json.ts";
import type { KindInfo } from "./kinds.ts";
import type { AnyObject } from "./objects.ts";
import { badRequest } from "./status.ts";

/** The query parameter `fieldSelector`: `a=b,c!=d`. A field that the API server does not select by is a 400. */
export function parseFieldSelector(text: string, kind: KindInfo): (object: AnyObject) => boolean {
  const terms = text
    .split(",")
    .filter((term) => term !== "")
    .map((term) => {
      const [, field, operator, value] = /^([^=!]+)(==|!=|=)(.*)$/.exec(term) ?? [];
      if (field === undefined || value === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      return { path: pathOf(field, kind), equal: operator !== "!=", value };
    });
  return (object) => terms.every(({ path, equal, value }) => (String(at(object, path) ?? "") === value) === equal);
}

function pathOf(field: string, { fields, namespaced, group }: KindInfo): string {
  const own = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (own !== undefined) return own;
  if (field === "metadata.name" || (field === "metadata.namespace" && namespaced)) return field;
  if (Object.keys(fields).length > 0 || group === "") throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}
