/** Log libraries colour the name and the value one by one. */
const COLOUR = String.raw`(?:\u001b\[[\d;]{0,8}m)?`;

/** A quote, with as many backslashes before it as JSON stands within JSON; or none. */
export const QUOTE = String.raw`\\{0,7}["'\x60]?`;

/** What stands between a name and its value: `=`, `: `, `":"`, `\":\"`, `%3D`, `=>`, and the start of a list or of `{"value":`. */
export const SEPARATOR = String.raw`${COLOUR}${QUOTE}${COLOUR}[ \t]{0,8}(?::=|=>|==?|:|%3[ad])(?:\s{0,80}(?=[[\\"'])|[ \t]{0,40})(?:\[|\{\s{0,80}\\{0,7}["']value\\{0,7}["']\s{0,8}:)?(?:\s{0,80}(?=[\\"']))?`;

/** A value in quotes, to the same quote again; to the end of the line where the text was cut. */
export const QUOTED = String.raw`(?<deep>\\{1,7}["'])((?:(?!(?<!\\)\k<deep>)[^\r\n])*)|"((?:[^"\\\r\n]|\\[^\r\n])*)|'([^'\r\n]*)`;

/** A value without quotes: to the next space, or to the comma, `;` or `&` before the next pair; brackets that close around it stay. */
const BARE = String.raw`((?![{[](?:[\s"'\\{}[\]]|$))(?:[^\s"'\x60,;&\\]|\\(?!\\{0,7}["'])|[,;&](?!\s|$|[\w.-]{1,64}${QUOTE}[=:]))+(?<![)\]}>.,;:]))`;

/** What follows a name and a separator. The last capture that took part is the value. */
export const VALUE = `${COLOUR}(?:${QUOTED}|${BARE})`;
