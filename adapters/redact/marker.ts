/** What stands in place of a secret; `rule` says which rule took it, never what it was. */
export const marker = (rule: string): string => `[redacted:${rule}]`;
