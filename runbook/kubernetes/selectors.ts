import * as z from "zod/mini";
import { type Labels, listOf, stringMap } from "./meta.ts";

/** `In` and `NotIn` have values, the other two have none. */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly Requirement[];
}
/** The empty selector: matches every object. */
export const everything: LabelSelector = { matchLabels: {}, matchExpressions: [] };

export const labelSelector = z.object({
  matchLabels: stringMap,
  matchExpressions: listOf(
    z.object({ key: z.string(), operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]), values: listOf(z.string()) }),
  ),
});

/** All that a selector asks for, in one form; everything of it must hold. */
export const requirements = ({ matchLabels, matchExpressions }: LabelSelector): readonly Requirement[] => [
  ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: "In" as const, values: [value] })),
  ...matchExpressions,
];

/** A label's value. Only what is the object's own: `constructor` is a legal key. */
export const labelValue = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);

/** `NotIn` and `DoesNotExist` also hold for what lacks the key. */
export function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labelValue(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** What of the selector these labels do not fulfil. */
export const unmet = (selector: LabelSelector, labels: Labels): readonly Requirement[] =>
  requirements(selector).filter((requirement) => !holds(requirement, labels));

/**
 * As Kubernetes does: an empty selector matches everything, an absent one nothing. Where a field's default is the empty selector
 * (a webhook's two), whoever reads the field puts `everything` there.
 */
export const matches = (selector: LabelSelector | undefined, labels: Labels): boolean =>
  selector !== undefined && unmet(selector, labels).length === 0;

/** The requirement as kubectl writes it: `a=b`, `a in (b,c)`, `!a`. Also the syntax of the query parameter `labelSelector`. */
export function written({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(",")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}
export const selectorText = (selector: LabelSelector): string => requirements(selector).map(written).join(",");
