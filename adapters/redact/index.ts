export { redactJson } from "./json.ts";
export { markdownBlock, markdownText } from "./markdown.ts";
export { plainText } from "./plain.ts";
export { redactText } from "./text.ts";
