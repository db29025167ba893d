import { type Candidate, isNamed, isProse, isQuoted } from "./candidate.ts";
import { encodesSecret, encodesUser } from "./encoded.ts";
import { QUOTE, QUOTED, SEPARATOR, VALUE } from "./grammar.ts";
import { looksMade, SECRET_WORD, secrecyOf } from "./names.ts";

/** A rule of our own, for what secretlint does not see. Each pattern takes linear time. */
export interface Rule {
  readonly name: string;
  /** Without `value`, the last capture that took part is the secret, or the whole match. With it, the first capture is the name of a secret. */
  readonly pattern: RegExp;
  /** Looked for right behind `pattern`. Apart from it, so that what is refused is not skipped: it may hold the next match. */
  readonly value?: RegExp;
  readonly accept?: (candidate: Candidate) => boolean;
}

const pattern = (...parts: readonly string[]): RegExp => new RegExp(parts.join(""), "dgi");
const behind = (part: string): RegExp => new RegExp(part, "dyi");

export const rules: readonly Rule[] = [
  {
    // To its end; where that was cut off, as far as the lines look like base64.
    name: "private-key",
    pattern: pattern(
      "-----BEGIN (?!CERTIFICATE|TRUSTED|X509|PUBLIC|NEW CERT|EC PARAM|DH PARAM)[A-Z0-9 ]{1,40}-----",
      String.raw`(?:(?:[^-]|-(?!----)){0,20000}-----END [A-Z0-9 ]{1,40}-----|(?:(?:\s|\\[nrt]){1,40}[\w+/=]{16,})*)`,
    ),
  },
  // JWTs, JWEs, service account tokens, JWT-SVIDs. Looks once at each run of letters, so that `eyJeyJ...` costs nothing.
  { name: "jwt", pattern: pattern(String.raw`(?<![\w-])(?=[\w-]+\.[\w.-])[\w-]*?(eyJ[\w-]{10,}\.[\w.-]+)`) },
  { name: "encoded", pattern: pattern("(?:ZXlK|LS0tLS1CRUdJTi)[A-Za-z0-9+/_=-]{40,}"), accept: ({ secret }) => encodesSecret(secret) },
  { name: "eks-token", pattern: pattern(String.raw`k8s-aws-v1\.[\w%-]{8,}=*`) },
  {
    // Vendors' prefixes without the boundaries that secretlint asks for: a token that is glued to other text counts too.
    name: "token",
    pattern: new RegExp(
      [
        `(?:gh[opsru]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|agent|oas)-|xox[abeoprs]-|xapp-|[rs]k_(?:live|test)_|sk-(?:ant|proj|svcacct|admin)-`,
        String.raw`|gl(?:c|sa)_|hv[bsr]\.|dckr_[op]at_|figd_|tskey-|AIza|ya29\.|GOCSPX-|dop_v1_|IQoJb3JpZ2lu|FwoGZXIvYXdz)[\w.+/=-]{16,}|npm_[A-Za-z0-9]{30,}`,
      ].join(""),
      "dg",
    ),
  },
  {
    name: "authorization",
    pattern: pattern(`(authorization)${SEPARATOR}`),
    value: behind(String.raw`${QUOTED}|((?:digest|aws4-|negotiate)[^\r\n]*|(?:[A-Z][\w-]{0,31}(?:[ \t]+|%20))?[^\s"',\]\\]+)`),
    accept: (it) =>
      isQuoted(it) ||
      /^(?:bearer|basic|digest|negotiate|ntlm|token|apikey|hawk|aws4-)/i.test(it.secret) ||
      it.secret.split(/\s+/).some(looksMade),
  },
  { name: "bearer", pattern: pattern(String.raw`bearer(?:[ \t]+|%20)([\w.~+/=-]{6,})`), accept: ({ secret }) => looksMade(secret) },
  {
    name: "basic",
    pattern: pattern(String.raw`(?:basic(?:[ \t]+|%20)|auth${SEPARATOR}${QUOTE})([A-Z0-9+/]{6,}={0,2})`),
    accept: ({ secret }) => encodesUser(secret),
  },
  {
    name: "cookie",
    pattern: pattern(`(cookie)${SEPARATOR}`),
    value: behind(String.raw`${QUOTED}|([^\s;,="']+=[^\s;"']*(?:;[ \t]*[^\s;="']+(?:=[^\s;"']*)?)*)`),
  },
  {
    // The host stays readable. Not `img:tag@sha256:...`, nor a port.
    name: "url-userinfo",
    pattern: pattern(
      String.raw`:\/\/(?:([^\s/:?#"<>[]{0,256}:(?!\d{1,5}[/?#])[^\s/"<>]{1,1024})|([^\s/:?#"<>[]{1,256}:(?!\/\/|\d{1,5}[/?#])[^\s"<>]{1,256})`,
      String.raw`|(?<=https?:\/\/)([^\s/?#@:"'<>\\]{1,1024}))@(?!sha\d)`,
    ),
  },
  { name: "signature", pattern: pattern(String.raw`(?<=[?&])(?:sig|x-amz-(?:signature|security-token)|code|assertion)=([^\s&"'\\]{8,})`) },
  {
    // `{"name":"DB_PASSWORD","value":"..."}` and the same in YAML.
    name: "env",
    pattern: pattern(
      String.raw`\bname${QUOTE}\s{0,8}:\s{0,8}${QUOTE}([\w.-]{1,128})${QUOTE}\s{0,80},?\s{0,80}${QUOTE}value${QUOTE}\s{0,8}:[ \t]{0,8}`,
    ),
    value: behind(VALUE),
    accept: isNamed,
  },
  {
    // `--password x`, and the same as items of a list in JSON or YAML.
    name: "flag",
    pattern: pattern(
      String.raw`(?<![\w-])--?((?:[a-z][\w-]{0,40}?)?(?:${SECRET_WORD})[\w-]{0,40})`,
      String.raw`(?:[ \t]+|\\{0,7}["']\s{0,80},\s{0,80}(?=[\\"'])|[ \t]{0,8}\r?\n[ \t]{0,80}-[ \t]+)(?!-)`,
    ),
    value: behind(VALUE),
    accept: isNamed,
  },
  {
    // `wrong password "..."`: people quote what they typed.
    name: "password",
    pattern: pattern(String.raw`((?:${SECRET_WORD})[\w.-]{0,40})[ \t]{1,4}(?=\\{0,7}["'])`),
    value: behind(QUOTED),
    accept: (it) => secrecyOf(it.name) === "chosen" && isNamed(it),
  },
  {
    name: "pair",
    pattern: pattern(String.raw`((?:${SECRET_WORD})[\w.-]{0,40})${SEPARATOR}`),
    value: behind(VALUE),
    accept: (it) => isNamed(it) && (isQuoted(it) || looksMade(it.secret) || !isProse(it)),
  },
];
