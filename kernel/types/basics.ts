declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Readable, at most 60 characters of `[0-9A-Za-z-]`, ends in a digest of the whole key; an execution is named id + `-r<run>`. */
export type IncidentId = Brand<string, "IncidentId">;
/** RFC 3339 in UTC with milliseconds, so that instants compare as text. */
export type Instant = Brand<string, "Instant">;
/** Lower-case hexadecimal SHA-256. */
export type Sha256 = Brand<string, "Sha256">;
/** The uid that Kubernetes gave an object. */
export type Uid = Brand<string, "Uid">;

/** At least one. An empty set never means "all": it cannot be written down. */
export type Some<T> = readonly [T, ...T[]];

export const some = <T>(list: readonly T[]): Some<T> | undefined => (list.length > 0 ? (list as unknown as Some<T>) : undefined);

/** A value of a closed union that no branch took: does not compile unless every branch is there. */
export function never(value: never): never {
  throw new TypeError(`not one of the known values: ${JSON.stringify(value)}`);
}
