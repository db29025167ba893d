import { plainText } from "./plain.ts";

/** Shows as nothing, and parts what a desk would otherwise turn into a link, a mention or a reference. */
const APART = "&#8203;";

/**
 * Untrusted text, fit to stand in the prose of a ticket: it shows as written, and is never markup. No HTML, links, images, mentions, references,
 * headings, lists, tables, quick actions, and no fence that opens or closes. For logs and objects use `markdownBlock`.
 */
export const markdownText = (text: string): string =>
  plainText(text)
    .replace(/[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/^([ \t]*)([#+=/-]|\d{1,9}(?=[.)]))/gm, startOfLine)
    .replace(/^[ \t]+/gm, (indent) => "&nbsp;".repeat(Math.min(indent.length, 8)))
    .replace(/@(?!sha\d{3}:)|[#!](?=\d)|www(?=\.)/gi, `$&${APART}`)
    .replace(/(?<!spiffe):(?=\/\/)/gi, `:${APART}`);

/** `1.` is escaped behind the digits, all else before. */
const startOfLine = (_all: string, indent: string, start: string): string =>
  /\d/.test(start) ? `${indent}${start}\\` : `${indent}\\${start}`;

/** Untrusted text as a code block, in a fence longer than any within it: it shows character by character, and nothing in it is markup. */
export function markdownBlock(text: string): string {
  const plain = plainText(text);
  const longest = (plain.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${plain}\n${fence}`;
}
