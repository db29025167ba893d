import { isObject, same } from "./json.ts";
import type { AnyObject, FieldTree, ManagedFields } from "./objects.ts";

/** Who writes. `subresource` is `status` for controllers that report, absent for a change of the object itself. */
export interface Manager {
  readonly manager: string;
  readonly subresource?: string;
}

/**
 * `metadata.managedFields` after a write: what the writer set is the writer's alone, what is gone is nobody's. Lists are one field here, where
 * the API server looks into them by key.
 */
export function managed(before: AnyObject | undefined, after: AnyObject, by: Manager, time: string): ManagedFields[] {
  const was = owned(before);
  const is = owned(after);
  const set = changed(was, is);
  const gone = missing(was, is);
  const kept = (before?.metadata.managedFields ?? []).flatMap((entry) => {
    const fields = without(without(entry.fieldsV1, gone), isWriter(entry, by) ? {} : set);
    return Object.keys(fields).length > 0 ? [{ ...entry, fieldsV1: fields }] : [];
  });
  if (Object.keys(set).length === 0) return kept;
  const own = kept.find((entry) => isWriter(entry, by));
  const entry: ManagedFields = {
    ...by,
    operation: "Update",
    apiVersion: after.apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: own ? union(own.fieldsV1, set) : set,
  };
  return [...kept.filter((each) => each !== own), entry];
}

const isWriter = (entry: ManagedFields, by: Manager) => entry.manager === by.manager && entry.subresource === by.subresource;

/** What can be owned: all but the identity that the server gives. */
function owned(object: AnyObject | undefined): unknown {
  if (!object) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const { labels, annotations, ownerReferences } = metadata;
  return {
    ...rest,
    metadata: { ...(labels && { labels }), ...(annotations && { annotations }), ...(ownerReferences && { ownerReferences }) },
  };
}

function changed(before: unknown, after: unknown): FieldTree {
  if (before === after || !isObject(after)) return {};
  const was = isObject(before) ? before : {};
  return Object.fromEntries(
    Object.entries(after).flatMap(([key, value]) => {
      if (same(was[key], value)) return [];
      const inner = changed(was[key], value);
      return isObject(value) && Object.keys(inner).length === 0 && Object.keys(value).length > 0 ? [] : [[`f:${key}`, inner]];
    }),
  );
}

const missing = (before: unknown, after: unknown): FieldTree =>
  before !== after && isObject(before) && isObject(after)
    ? Object.fromEntries(
        Object.entries(before).flatMap(([key, value]) => {
          if (!Object.hasOwn(after, key)) return [[`f:${key}`, {}]];
          const inner = missing(value, after[key]);
          return Object.keys(inner).length > 0 ? [[`f:${key}`, inner]] : [];
        }),
      )
    : {};

const isLeaf = (tree: FieldTree) => Object.keys(tree).length === 0;

function without(tree: FieldTree, taken: FieldTree): FieldTree {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, inner]) => {
      const other = taken[key];
      if (!other) return [[key, inner]];
      const rest = isLeaf(inner) || isLeaf(other) ? {} : without(inner, other);
      return isLeaf(rest) ? [] : [[key, rest]];
    }),
  );
}

const union = (a: FieldTree, b: FieldTree): FieldTree => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([key, inner]) => [key, a[key] ? union(a[key], inner) : inner])),
});
