/** What is made of an object is made once, and forgotten with it: for what never changes, as schemas and evidence do not. */
export function oncePer<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const there = made.get(of);
    if (there) return there.value;
    const value = make(of);
    made.set(of, { value });
    return value;
  };
}
