/** What was done already, by its name: the last `limit` of them. */
export interface Done {
  has(name: string): boolean;
  add(name: string): void;
}

/** Lives as long as the function does. What comes again after that is done again, which does no harm. */
export function remembering(limit: number): Done {
  const names = new Set<string>();
  return {
    has: (name) => names.has(name),
    add: (name) => {
      names.add(name);
      for (const oldest of names) {
        if (names.size <= limit) return;
        names.delete(oldest);
      }
    },
  };
}
