const ESC = String.raw`\u001b`;
/** Colours and cursor movements; titles, links and device strings with all that is in them. Linear, as Node's own stripper is not. */
const SEQUENCES = new RegExp(
  [
    String.raw`(?:${ESC}\[|\u009b)[0-?]{0,64}[ -/]{0,8}[@-~]`,
    String.raw`${ESC}[\]PX^_][^\u0007${ESC}]{0,4096}(?:\u0007|${ESC}\\)`,
    `${ESC}[()#%][0-9A-Za-z]`,
  ].join("|"),
  "g",
);

/** What moves the cursor, ends a line out of sight, reverses the direction of reading, or cannot be seen; but for the newline and the tab. */
const UNSEEN = /(?![\t\n])\p{Cc}|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Untrusted text, fit to be shown on a terminal: colours and other escape sequences are taken out, every other control or invisible
 * character is shown as `\u{...}`, `\r\n` becomes a newline, a broken surrogate becomes U+FFFD.
 */
export const plainText = (text: string): string =>
  text
    .toWellFormed()
    .replace(SEQUENCES, "")
    .replaceAll("\r\n", "\n")
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** JSON that is fit to be shown on a terminal: what steers it or cannot be seen is written as `\uXXXX`, and so reads as the same value. */
export const plainJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
