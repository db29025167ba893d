import { isNamed, isProse, isQuoted } from "./candidate.ts";
import { encodesSecret, encodesUser } from "./encoded.ts";
import { forms } from "./forms.ts";
import { QUOTE, QUOTED, SEPARATOR, VALUE } from "./grammar.ts";
import { keyBlocks } from "./key-blocks.ts";
import { looksMade, SECRET_WORD, secrecyOf } from "./names.ts";
import { behind, NAME, pattern, type Rule } from "./rule.ts";

/** All rules of our own. */
export const rules: readonly Rule[] = [
  ...keyBlocks,
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
    pattern: pattern(String.raw`${NAME}[ \t]{1,4}(?=\\{0,7}["'])`),
    value: behind(QUOTED),
    accept: (it) => secrecyOf(it.name) === "chosen" && isNamed(it),
  },
  ...forms,
  {
    name: "pair",
    pattern: pattern(`${NAME}${SEPARATOR}`),
    value: behind(VALUE),
    accept: (it) => isNamed(it) && (isQuoted(it) || looksMade(it.secret) || !isProse(it)),
  },
];
