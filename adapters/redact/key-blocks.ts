import { pattern, type Rule } from "./rule.ts";

/**
 * From one line of a key to the next: its end, as text or escaped, and what a log puts before each line, in JSON also behind it. Never over the
 * beginning or the end of a block.
 */
const NEXT_LINE = String.raw`(?:(?:[^\n\0\\-]|-(?!-)){0,120}(?:\n|\\{1,7}[nrt])){1,3}(?:[^\n\0-]|-(?!-)){0,160}?`;
/** What a line of a key has at least. */
const KEY_LINE = "[A-Za-z0-9+/]{16,}={0,2}";

/** Private keys as logs have them: whole, or cut at either end, each line with something before it. */
export const keyBlocks: readonly Rule[] = [
  {
    // To its end; where that was cut off, as far as the lines look like base64.
    name: "private-key",
    pattern: pattern(
      "-----BEGIN (?!CERTIFICATE|TRUSTED|X509|PUBLIC|NEW CERT|EC PARAM|DH PARAM)[A-Z0-9 ]{1,40}-----",
      String.raw`(?:(?:[^-\0]|-(?!----)){0,20000}-----END [A-Z0-9 ]{1,40}-----|(?:${NEXT_LINE}${KEY_LINE})*)`,
    ),
  },
  {
    // Of a key whose beginning was cut off, which logs are, the lines before its end. They are looked for from there, backwards.
    name: "private-key",
    pattern: pattern(`-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----(?<=((?:${KEY_LINE}${NEXT_LINE})+)-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)`),
  },
];
