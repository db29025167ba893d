/** What a table itself has under a key. Keys come from outside, where `constructor` and `__proto__` are names like any other. */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
