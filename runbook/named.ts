/** `web-1`, `web-1 and web-2`, `web-1, web-2 and 7 more`. */
export function named(pods: readonly { readonly name: string }[]): string {
  const names = pods.map(({ name }) => name);
  const [first = "none", second] = names;
  if (names.length > 2) return `${first}, ${second} and ${names.length - 2} more`;
  return second === undefined ? first : `${first} and ${second}`;
}
