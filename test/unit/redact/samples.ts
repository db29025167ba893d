/** Looks real, is not, and stands nowhere in the repository: made of parts when the test runs. */
export interface Sample {
  readonly what: string;
  readonly text: string;
  /** What must not be left, whole or in part. */
  readonly secret: string;
  /** Found only with something before and after it that is not a letter, a digit, `_` or `-`. */
  readonly apart?: true;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The same letters and digits each time; `of` is where they are taken from. */
export function made(length: number, of = ALPHABET): string {
  let state = length * 7919 + of.length;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return of.charAt(Math.floor((state / 2_147_483_648) * of.length));
  }).join("");
}

export const hex = (length: number): string => made(length, "0123456789abcdef");
export const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A signed token with these claims. */
export const jwt = (claims: Readonly<Record<string, unknown>>): string =>
  [base64url({ alg: "RS256", kid: made(22) }), base64url(claims), made(86, `${ALPHABET}-_`)].join(".");

export const serviceAccountToken = jwt({
  aud: ["https://kubernetes.default.svc"],
  iss: "https://oidc.eks.example",
  sub: "system:serviceaccount:shop:checkout",
});
export const jwtSvid = jwt({ aud: ["orders"], sub: "spiffe://td.example/ns/shop/sa/checkout", exp: 1_750_000_000 });

/** The lines of a PEM block of 26 lines, the first as a real key begins. */
export function pemLines(label: string): readonly string[] {
  const lines = [`MII${made(61)}`, ...Array.from({ length: 24 }, (_, at) => made(64 - (at % 2)) + "+".repeat(at % 2)), `${made(30)}==`];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`];
}
export const pem = (label: string, newline = "\n", indent = ""): string =>
  pemLines(label)
    .map((line) => indent + line)
    .join(newline);

const token = (what: string, text: string, apart?: true): Sample => ({
  what,
  text,
  secret: text,
  ...(apart === undefined ? {} : { apart }),
});
const within = (what: string, before: string, secret: string, after = ""): Sample => ({ what, text: before + secret + after, secret });

const word = "correct-Horse7battery";
const basic = Buffer.from(`deploy:${word}`).toString("base64");

export const tokens: readonly Sample[] = [
  token("GitHub, classic", `gh${"p_"}${made(36)}`),
  token("GitHub, fine-grained", `github${"_pat_"}${made(82)}`),
  token("GitLab", `gl${"pat-"}${made(20)}`),
  token("Slack, bot", `xo${"xb-"}${made(12, "0123456789")}-${made(24)}`),
  token("Stripe", `sk${"_live_"}${made(32)}`),
  token("npm", `np${"m_"}${made(36)}`),
  token("Anthropic", `sk${"-ant-api03-"}${made(93)}AA`),
  token("Vault", `hv${"s."}${made(95)}`),
  token("Grafana", `gl${"sa_"}${made(32)}_${hex(8)}`),
  token("Docker Hub", `dckr${"_pat_"}${made(27)}`),
  token("Google", `AI${"za"}${made(35)}`),
  token("AWS session token", `IQoJb3JpZ2lu${made(300)}==`),
  token("EKS", `k8s-aws-${"v1."}${Buffer.from(`https://sts.eu-west-1.amazonaws.com/?X-Amz-Signature=${hex(64)}`).toString("base64url")}`),
  token("SendGrid", `S${"G."}${made(22)}.${made(43)}`, true),
  token("Databricks", `da${"pi"}${hex(32)}`, true),
  token("Hugging Face", `h${"f_"}${made(34, ALPHABET.slice(0, 52))}`, true),
  token("Vercel", `vc${"p_"}${made(24)}`, true),
  token("Slack, webhook", `https://hooks.${"slack.com"}/services/T${made(9)}/B${made(9)}/${made(24)}`, true),
  token("service account token", serviceAccountToken),
  token("JWT-SVID", jwtSvid),
  token("JWT, cut off", serviceAccountToken.slice(0, 120)),
  token("JWE", `${base64url({ alg: "dir", enc: "A256GCM" })}..${made(16)}.${made(80)}.${made(22)}`),
  token("service account token, in base64", Buffer.from(serviceAccountToken).toString("base64")),
  token("private key", pem(`RSA ${"PRIVATE"} KEY`)),
  token("private key, EC, Windows", pem(`EC ${"PRIVATE"} KEY`, "\r\n")),
  token("private key, encrypted", pem(`ENCRYPTED ${"PRIVATE"} KEY`)),
  token("private key, OpenSSH, in YAML", pem(`OPENSSH ${"PRIVATE"} KEY`, "\n", "    ").trim()),
  token("private key, in JSON", pem(`${"PRIVATE"} KEY`, "\\n")),
  token("private key, in base64", Buffer.from(pem(`${"PRIVATE"} KEY`)).toString("base64")),
];

export const headers: readonly Sample[] = [
  within("bearer", "Authorization: Bearer ", made(40)),
  within("bearer of a service account", 'curl -H "Authorization: Bearer ', serviceAccountToken, '" https://10.0.0.1'),
  within("bearer, without the header's name", "sent Bearer ", made(24), " to the server"),
  within("basic", "authorization: Basic ", basic),
  within("basic, in a URL", "?header=Authorization%3A%20Basic%20", basic),
  within("basic, without the header's name", "sent Basic ", basic, " to the server"),
  within("basic, of a registry", '{"auths":{"registry.example":{"auth":"', basic, '"}}}'),
  within("proxy", "Proxy-Authorization: Basic ", basic),
  within("digest", 'Authorization: Digest username="deploy", response="', hex(32), '"'),
  within("AWS", "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20250101/eu-west-1/sts, SignedHeaders=host, Signature=", hex(64)),
  within("own scheme", "Authorization: Splunk ", hex(32)),
  within("as JSON", '{"Authorization":["Bearer ', made(40), '"],"Accept":["*/*"]}'),
  within("as Go prints it", "map[Accept:[*/*] Authorization:[Bearer ", made(40), "] User-Agent:[kubectl]]"),
  within("cookie", "Cookie: theme=dark; session=", made(32), "; lang=en"),
  within("cookie, set", "Set-Cookie: sid=", made(32), "; Path=/; HttpOnly"),
  within("key of an API", "X-Api-Key: ", made(32)),
];

export const urls: readonly Sample[] = [
  within("https", "https://deploy:", word, "@registry.example/v2/"),
  within("postgres", "postgres://shop:", word, "@db.shop.svc:5432/orders?sslmode=require"),
  within("postgres, as Azure names users", "postgres://shop@server:", word, "@server.example/orders"),
  within("redis, without user", "redis://:", word, "@redis:6379/0"),
  within("mongodb", "mongodb+srv://shop:", word, "@cluster0.example/?retryWrites=true"),
  within("with @", "amqp://shop:", `${word}@x`, "@mq:5672/"),
  within("with /", 'parse "postgres://shop:', `${word}/w#x?`, '@db:5432/orders": invalid port'),
  within("token for user", "https://", made(40), "@github.example/shop/checkout.git"),
  within("query", "https://api.example/v1?user=a&access_token=", made(24), "&page=2"),
  within("presigned", "https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=", hex(64)),
];

export const pairs: readonly Sample[] = [
  within("environment", "DB_PASSWORD=", word, "\nDB_HOST=db"),
  within("environment, numbered", "export TOKEN_2='", word, "'"),
  within("with punctuation", "PASSWORD=", `${word},;x&y)z`, " user=shop"),
  within("JSON", '{"user":"shop","password":"', `${word}\\"quoted`, '","port":5432}'),
  within("JSON in JSON", '{"msg":"{\\"clientSecret\\":\\"', `${word}\\\\\\"x`, '\\",\\"port\\":1}"}'),
  within("JSON, cut off", '{"user":"shop","password":"', word),
  within("YAML", "database:\n  password: ", word, "\n  host: db"),
  within("YAML, words only", "\n  secret: ", "correcthorse", "\n"),
  within("JSON, over two lines", '"private_key":\n    "', word, '"'),
  within("connection string", "Server=db;Uid=shop;Pwd=", word, ";Encrypt=yes"),
  within("as Go prints it", "{User:shop Password:", word, " Port:5432}"),
  within("coloured", "\u001b[36mpassword\u001b[0m=", word, " level=info"),
  within("quoted by an error", 'wrong passphrase "', word, '" for key 3'),
  within("AWS", "aws_secret_access_key = ", made(40, `${ALPHABET}/+`)),
  within("in a sentence", "login failed for token: ", made(24), ", will retry"),
  within("encoded", "redirect=%2Fx%3Fclient_secret%3D", word),
  within("Azure", "AccountName=shop;AccountKey=", `${made(86)}==`, ";EndpointSuffix=core"),
  within("kubeconfig", "    client-key-data: ", made(80)),
  within("flag", "agent --join-token ", word, " --log-level debug"),
  within("flag with =", "agent --password=", word),
  within("flag in JSON", '["agent","--db-password","', word, '","--verbose"]'),
  within("flag in YAML", "args:\n    - --password\n    - ", word, "\n    - --verbose"),
  within("variable in JSON", '"env":[{"name":"DB_PASSWORD","value":"', word, '"},{"name":"A","value":"b"}]'),
  within("variable in JSON in JSON", '"{\\"env\\":[{\\"name\\":\\"API_TOKEN\\",\\"value\\":\\"', word, '\\"}]}"'),
  within("variable in YAML", "  - name: DB_PASSWORD\n    value: ", word, "\n"),
  within("nested value", '"password":{"value":"', word, '"}'),
  within("key of a secret, as a variable", "SECRET_KEY=", made(24)),
  within("key of a secret, in camel case", "secretKey: ", made(24), "\n"),
  within("key of a secret, in JSON", '{"secretKey":"', made(24), '"}'),
  within("key of a framework", "SECRET_KEY_BASE=", hex(64)),
  within("cut short", "DB_PASS=", word, "\nDB_HOST=db"),
  within("cut short, in YAML", "  db_pass: '", word, "'"),
  within("cut short, in camel case", '{"dbPass":"', word, '"}'),
  within("cut shorter", "user=shop pw=", word, " host=db"),
  within("of a directory", "bind_dn=cn=shop bindpw=", word, " base=dc=example"),
  within("of a network", "ssid=shop psk=", word, " proto=wpa2"),
  within("in XML", "<db><password>", word, "</password></db>"),
  within("in XML, with attributes", '<ns:db-password type="plain">', word, "</ns:db-password>"),
  within("in netrc", "machine registry.example login shop password ", word, " "),
  within("in netrc, over lines", "machine registry.example\n  login shop\n  password ", word, "\n"),
  within("of MySQL, as Go names it", "shop:", word, "@tcp(db:3306)/orders"),
  within("given to curl", "curl -s -u shop:", word, " https://registry.example"),
  within("given to curl at length", 'curl --user "shop:', word, '" https://registry.example'),
];

/** Found only where they stand on lines of their own. */
export const lines: readonly Sample[] = [
  within("behind a tab", "shop-password\t", made(16), "\tdb"),
  within("on the next line", "database:\n  password:\n    ", word, "\n  host: db"),
  within("in a block of YAML", "database:\n  password: |\n    ", `${word}\n    and ${word} more`, "\n  host: db"),
  within("in a folded block of YAML", "password: >-\n  ", word, "\nhost: db"),
];

/** What a log puts before each line, and behind it. */
const stamps: Readonly<Record<string, (line: string, at: number) => string>> = {
  "with times": (line, at) => `2026-11-20T03:00:00.${100_000_000 + at}Z ${line}`,
  "as a container runtime writes it": (line, at) => `2026-11-20T03:00:00.${100_000_000 + at}Z stdout F ${line}`,
  "in JSON lines": (line, at) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: `2026-11-20T03:00:00.${100_000_000 + at}Z` }),
  indented: (line) => `    ${line}`,
  "as it is": (line) => line,
};
const cuts: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  whole: (all) => all,
  "without its end": (all) => all.slice(0, 12),
  "without its beginning": (all) => all.slice(3),
  "all but its last lines cut off": (all) => all.slice(-3),
};
/** A private key as logs have it: line by line, and cut where reading began or ended. `secret`: the line in its midst. */
export const cutKeys: readonly Sample[] = Object.entries(stamps).flatMap(([how, stamp]) =>
  Object.entries(cuts).flatMap(([what, cut]) =>
    [`RSA ${"PRIVATE"} KEY`, `${"PRIVATE"} KEY`].map((label) => {
      const kept = cut(pemLines(label));
      return { what: `${label}, ${what}, ${how}`, text: kept.map(stamp).join("\n"), secret: longestOf(kept) };
    }),
  ),
);
function longestOf(kept: readonly string[]): string {
  return kept.filter((line) => !line.startsWith("-----")).reduce((longest, line) => (line.length > longest.length ? line : longest));
}

export const samples: readonly Sample[] = [...tokens, ...headers, ...urls, ...pairs];
