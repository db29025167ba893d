import * as z from "zod/mini";
import { instant } from "../../kernel/time.ts";
import type { Instant, Uid } from "../../kernel/types/index.ts";

export type Labels = Readonly<Record<string, string>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: Uid;
  readonly controller: boolean;
}
/** One entry of `metadata.managedFields`: who set which labels, and when this manager last changed anything of its own. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly time: Instant | undefined;
  /** Keys of `metadata.labels`. */
  readonly labels: readonly string[];
  /** Keys of `spec.template.metadata.labels`. */
  readonly templateLabels: readonly string[];
  /** It manages labels of the object, and nothing else. */
  readonly labelsOnly: boolean;
}
/** What every object has. `namespace` is empty for what lives in none. */
export interface Meta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: Uid;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  readonly creationTimestamp: Instant;
  readonly deletionTimestamp: Instant | undefined;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ownerReferences: readonly OwnerReference[];
  readonly managedFields: readonly ManagedFields[];
}

/** A list that Go writes as `null`, or not at all, when it is empty. */
export const listOf = <S extends z.core.$ZodType>(item: S) =>
  z.pipe(
    z.nullish(z.array(item)),
    z.transform((list) => list ?? []),
  );
export const stringMap = z.pipe(
  z.nullish(z.record(z.string(), z.string())),
  z.transform((map): Labels => map ?? {}),
);
/** RFC 3339 of any precision, as the API server writes it, to our instants. */
export const time = z.pipe(
  z.string(),
  z.transform((text): Instant => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) throw new TypeError(`not a time: ${JSON.stringify(text.slice(0, 40))}`);
    return instant(at);
  }),
);
export const maybeTime = z.nullish(time);

const fields = z.nullish(z.record(z.string(), z.unknown()));
const labelled = z.nullish(z.looseObject({ "f:labels": fields }));
const owned = z.nullish(
  z.looseObject({
    "f:metadata": labelled,
    "f:spec": z.nullish(z.object({ "f:template": z.nullish(z.object({ "f:metadata": labelled })) })),
  }),
);
const keys = (set: Readonly<Record<string, unknown>> | null | undefined) =>
  Object.keys(set ?? {}).flatMap((key) => (key.startsWith("f:") ? [key.slice(2)] : []));

const managedFields = z.pipe(
  z.object({ manager: z.nullish(z.string()), operation: z.nullish(z.string()), time: maybeTime, fieldsV1: owned }),
  z.transform(
    ({ manager, operation, time: at, fieldsV1 }): ManagedFields => ({
      manager: manager ?? "",
      operation: operation ?? "",
      time: at ?? undefined,
      labels: keys(fieldsV1?.["f:metadata"]?.["f:labels"]),
      templateLabels: keys(fieldsV1?.["f:spec"]?.["f:template"]?.["f:metadata"]?.["f:labels"]),
      labelsOnly: [...keys(fieldsV1), ...keys(fieldsV1?.["f:metadata"])].every((key) => key === "metadata" || key === "labels"),
    }),
  ),
);

const ownerReference = z.pipe(
  z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string(), controller: z.nullish(z.boolean()) }),
  z.transform(({ uid, controller, ...ref }): OwnerReference => ({ ...ref, uid: uid as Uid, controller: controller ?? false })),
);

export const meta = z.pipe(
  z.object({
    name: z.string(),
    namespace: z.nullish(z.string()),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.nullish(z.number()),
    creationTimestamp: time,
    deletionTimestamp: maybeTime,
    labels: stringMap,
    annotations: stringMap,
    ownerReferences: listOf(ownerReference),
    managedFields: listOf(managedFields),
  }),
  z.transform(
    ({ namespace, uid, generation, deletionTimestamp, ...rest }): Meta => ({
      ...rest,
      namespace: namespace ?? "",
      uid: uid as Uid,
      generation: generation ?? undefined,
      deletionTimestamp: deletionTimestamp ?? undefined,
    }),
  ),
);

/** The one that makes the object anew when it is gone. */
export const controllerOf = ({ ownerReferences }: Pick<Meta, "ownerReferences">): OwnerReference | undefined =>
  ownerReferences.find(({ controller }) => controller);

export const isControlledBy = (object: Pick<Meta, "ownerReferences">, { uid }: Pick<Meta, "uid">): boolean =>
  controllerOf(object)?.uid === uid;
