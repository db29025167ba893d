/**
 * A text that may quote the cluster, cut to so many characters: records and tickets have an end, and foreign text has none. Whoever wants all of it has the
 * archive.
 */
export const brief = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()} … (${text.length} characters)`;
