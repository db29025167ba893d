import { dnsLabel, dnsSubdomain } from "../../kernel/names.ts";

/** A name from an alert or a label that cannot be a name in Kubernetes: nothing is asked about it, and what asked is `unknown`. */
export class NotAName extends Error {
  override readonly name = "NotAName";
}

/** DNS-1123 label: namespaces, services, containers. */
export const isLabelName = (text: string): boolean => dnsLabel.test(text);
/** DNS-1123 subdomain: pods, their owners, nodes, webhook configurations. */
export const isName = (text: string): boolean => dnsSubdomain.test(text);

/** The name as a path segment; throws `NotAName` for whatever Kubernetes would not have taken, for names come from alerts. */
export const segment = (text: string, of: string): string => checked(text, of, isName);
export const labelSegment = (text: string, of: string): string => checked(text, of, isLabelName);

function checked(text: string, of: string, is: (text: string) => boolean): string {
  if (is(text)) return encodeURIComponent(text);
  throw new NotAName(`${JSON.stringify(text.slice(0, 80))} is not the name of a ${of}`);
}
