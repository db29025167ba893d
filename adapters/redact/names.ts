import { encodesUser } from "./encoded.ts";

/** Chosen by people: any word may be one, and so may a number. */
const CHOSEN = "pass(?:word|wd|phrase|code)|pwd";
/** The same, cut short, where they are words of their own: `DB_PASS`, `bindpw`, `wifi_psk`; not `bypass`, `--- PASS:`, `pass_rate`. */
const SHORT = "(?<=[_.-])pass(?![a-z])|(?<![a-z])(?:(?:bind|root|admin|user)?pw|psk)(?![a-z])";
/** Made by machines: long, mixed, never an ordinary word. What is longer stands first, for `secret` alone would be found in `secret_key`. */
const MADE =
  "(?:private|secret|api|access|signing|encryption|shared|account|master|client)[_.-]?key|secret|token|credential|cookie|authorization";

/**
 * A word in a name (of a key, a variable, a flag) that says the value is secret; without flags, to be put into other patterns. Wider than what is
 * judged: of a name in running text only the whole tells.
 */
export const SECRET_WORD = `${CHOSEN}|(?:pass|pw|psk)(?![a-z])|${MADE}`;

const WORDS = new RegExp(`(?<chosen>${CHOSEN})|(?<short>${SHORT})|${MADE}`, "gi");
/** `checksum/secret`, as Helm charts write it on pods, is a digest of the secret. */
const DIGEST_OF = /^(?:checksum|sha\d+|digest)\b/i;

/** A name that ends so tells something about a secret: `secretName`, `PASSWORD_FILE`, `tokenExpirationSeconds`. */
const DESCRIBES = new Set(
  "name names ref refs file files path paths dir id ids type kind class policy length len min max count total age ttl expiry expires expiration at seconds minutes hours url uri endpoint audience issuer required enabled disabled provider manager store namespace source version format field label selector mode method checksum digest".split(
    " ",
  ),
);
/** What may follow a made word without changing that it is secret: `TOKEN_2`, `client-key-data`. */
const CONTINUES = /^(?:s|key|base|value|data|string|text|plain|base64|b64|old|new|current|previous|primary|secondary|\d+)$/;

const NOT_A_VALUE =
  /^(?:true|false|yes|no|null|nil|none|undefined|unset|empty|redacted|\*+|<(?:nil|none|unset|unknown|redacted|hidden|set\b.{0,200})>?|\$[({][\w.-]+[)}]?|[|>][+-]?\d?)$/i;
const LOWER_CASE_PATH = /^\/(?:[a-z][a-z0-9._-]*\/)+[a-z][a-z0-9._-]*$/;

export type Secrecy = "chosen" | "made";

/** The same few names come up again and again. */
const known = new Map<string, Secrecy | undefined>();
const MOST_KNOWN = 5_000;

/** Whether something called `name` holds a secret, and of which sort; undefined when it does not. */
export function secrecyOf(name: string): Secrecy | undefined {
  if (known.has(name)) return known.get(name);
  if (known.size >= MOST_KNOWN) known.clear();
  const secrecy = judged(name);
  if (name.length <= 64) known.set(name, secrecy);
  return secrecy;
}

function judged(written: string): Secrecy | undefined {
  const name = apart(written.replace(/\[redacted:[a-z0-9-]+\]/g, ""));
  const word = [...name.matchAll(WORDS)].at(-1);
  if (word === undefined || DIGEST_OF.test(name)) return undefined;
  const after = wordsOf(name.slice(word.index + word[0].length));
  if (DESCRIBES.has(after.at(-1) ?? "")) return undefined;
  if (word.groups?.chosen !== undefined) return "chosen";
  if (!after.every((each) => CONTINUES.test(each))) return undefined;
  return word.groups?.short === undefined ? "made" : "chosen";
}

/** Whether `value` under `name` has to go: not when it is a reference such as `$(DB_PASSWORD)`, a path to the secret, or says that there is none. */
export function holdsSecret(name: string, value: string): boolean {
  if (/^_?auth$/i.test(name)) return encodesUser(value);
  const secrecy = secrecyOf(name);
  if (secrecy === undefined || value.trim() === "" || NOT_A_VALUE.test(value)) return false;
  // PWD is the working directory wherever it holds a path.
  if (secrecy === "chosen") return !(/^(?:OLD)?PWD$/i.test(name) && value.startsWith("/"));
  return !LOWER_CASE_PATH.test(value) && !(/s$/i.test(name) && /^\d+$/.test(value));
}

/** Whether a word in running text looks made by a machine: what an on-call person would not read as a word. */
export const looksMade = (value: string): boolean => value.length >= 24 || (value.length >= 6 && /\d/.test(value) && !value.endsWith(":"));

/** `dbPass` as `db_Pass`. */
const apart = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");

const wordsOf = (text: string): readonly string[] =>
  apart(text)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
