/** The value of JSON text; `undefined` where it is none. The parser's own message quotes the text, so nobody gets to see it. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
