import type { Variable } from "../contract.ts";

/** A variable that the function's contract promises. Throws where the stack did not set it. */
export function env(name: Variable): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** Makes a value at its first use, and keeps it: what a cold start needs is made once, and what is not needed never. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
