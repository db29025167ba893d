/** Gives the value that is kept, or makes it. */
export interface Kept<T> {
  (): Promise<T>;
  /** The next who asks has another made. */
  forget(): void;
}

/**
 * Makes a value at its first use, and anew once it is older than this. Who asks while it is made waits for the same one; what could not be made is
 * not kept. `now` is in milliseconds since 1970.
 */
export function kept<T>(make: () => Promise<T>, forMs: number, now: () => number): Kept<T> {
  let held: { readonly value: Promise<T>; readonly until: number } | undefined;
  const get = (): Promise<T> => {
    if (held && now() < held.until) return held.value;
    const made = { value: make(), until: now() + forMs };
    held = made;
    made.value.catch(() => {
      if (held === made) held = undefined;
    });
    return made.value;
  };
  const forget = (): void => {
    held = undefined;
  };
  return Object.assign(get, { forget });
}
