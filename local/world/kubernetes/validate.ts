import { isObject } from "./json.ts";
import { kinds } from "./kinds.ts";
import { badKey, badValue } from "./label-names.ts";
import { selects } from "./label-selector.ts";
import type { AnyObject, Labels } from "./objects.ts";
import { badRequest, invalid } from "./status.ts";

/** The part of the API server's validation that a patch of labels, annotations or templates can meet. Throws 422. */
export function validate(object: AnyObject): void {
  validateLabels(object, object.metadata.labels, "metadata.labels");
  if (object.kind !== "Deployment" && object.kind !== "StatefulSet" && object.kind !== "DaemonSet") return;
  const { selector, template } = object.spec;
  validateLabels(object, template.metadata.labels, "spec.template.labels");
  if (selects(selector, template.metadata.labels)) return;
  const says = `Invalid value: ${JSON.stringify(template.metadata.labels ?? {})}: \`selector\` does not match template \`labels\``;
  throw refuse(object, "spec.template.metadata.labels", says);
}

/** What an update must leave alone. */
export function validateUpdate(before: AnyObject, { metadata: { name, namespace, uid } }: AnyObject): void {
  const { metadata } = before;
  if (name !== metadata.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${metadata.name})`);
  if (namespace !== metadata.namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  if (uid !== metadata.uid) throw refuse(before, "metadata.uid", `Invalid value: ${quoted(uid)}: field is immutable`);
}

function validateLabels(object: AnyObject, labels: Labels | undefined, field: string): void {
  const isText = labels === undefined || (isObject(labels) && Object.values(labels).every((value) => typeof value === "string"));
  if (!isText) throw invalid("", "", "", "patch", `Invalid value: ${quoted(labels)}: ${field} of ${object.kind} must be a map of text`);
  for (const [key, value] of Object.entries(labels ?? {})) {
    const inKey = badKey(key);
    if (inKey) throw refuse(object, field, `Invalid value: ${quoted(key)}: ${inKey}`);
    const inValue = badValue(value);
    if (inValue) throw refuse(object, field, `Invalid value: ${quoted(value)}: ${inValue}`);
  }
}

const quoted = (value: unknown) => JSON.stringify(value ?? "");
const refuse = ({ kind, metadata }: AnyObject, field: string, says: string) => invalid(kind, kinds[kind].group, metadata.name, field, says);
