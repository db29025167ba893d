import { isNamed } from "./candidate.ts";
import { QUOTE } from "./grammar.ts";
import { looksMade } from "./names.ts";
import { behind, NAME, pattern, type Rule } from "./rule.ts";

/** Names and values, or users and passwords, that stand otherwise than as pairs. */
export const forms: readonly Rule[] = [
  {
    // `<password>x</password>`.
    name: "element",
    pattern: pattern(String.raw`<(?:[\w.:-]{0,40}?)${NAME}(?:\s[^<>]{0,200})?>`),
    value: behind(String.raw`([^<>]{1,4096})(?=<\/)`),
    accept: isNamed,
  },
  {
    // `password: |` and the lines below it, as far as they are indented as the first; or one word alone on the next line.
    name: "below",
    pattern: pattern(String.raw`${NAME}${QUOTE}[ \t]{0,8}:[ \t]{0,40}(?:[|>][+-]?\d?[ \t]{0,40})?\r?\n(?=[ \t])`),
    value: behind(
      String.raw`(?=([ \t]{1,80})\S)(?:(?<=[|>][^\r\n:]{0,45}\r?\n)(\1[^\r\n]*(?:\r?\n\1[^\r\n]*)*)|[ \t]+((?![-#&*{[])[^\s:]+)(?=[ \t]*(?:\r?\n|$)))`,
    ),
    accept: isNamed,
  },
  {
    // Columns. A heading is no value.
    name: "column",
    pattern: pattern(String.raw`${NAME}\t{1,8}`),
    value: behind(String.raw`([^\s"'\x60]+)`),
    accept: (it) => isNamed(it) && looksMade(it.secret),
  },
  {
    name: "netrc",
    pattern: pattern(
      String.raw`(?:machine\s{1,40}\S{1,256}|default)\s{1,40}login\s{1,40}\S{1,256}\s{1,40}(?:account\s{1,40}\S{1,256}\s{1,40})?(password)\s{1,40}`,
    ),
    value: behind(String.raw`(\S+)`),
  },
  // `shop:x@tcp(db:3306)/orders`, as Go's driver of MySQL has it; found from the `@`, backwards.
  { name: "dsn", pattern: pattern(String.raw`@(?:tcp6?|udp|unix)\((?<=:([^\s:"'<>]{1,256})@(?:tcp6?|udp|unix)\()`) },
  {
    // `curl -u user:x`. Two numbers are a user and a group.
    name: "user",
    pattern: pattern(String.raw`(?<![\w-])(?:-u|--user|--proxy-user)(?:=|[ \t]{1,8})\\{0,7}["']?[^\s:"'\\]{1,128}:([^\s"'\\]{1,256})`),
    accept: ({ secret }) => !/^\d+$/.test(secret),
  },
];
