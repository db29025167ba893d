/** What one reader got, before it is redacted and addressed. Readers do not throw: what cannot be had has a reason. */
export type Reading = { readonly state: "observed"; readonly value: unknown } | { readonly state: "unavailable"; readonly reason: string };

/** Answers the text of a query of one source. */
export type Reader = (text: string) => Promise<Reading>;

export const got = (value: unknown): Reading => ({ state: "observed", value });
export const cannot = (reason: string): Reading => ({ state: "unavailable", reason });

const untold = ", so nothing is known of: ";
/** Why there is no answer, and to which question. */
export const cannotTell = (reason: string, question: string): Reading => cannot(`${reason}${untold}${question}`);
/** The reason alone: many questions may have gone unanswered for one. */
export const reasonIn = (says: string): string => says.split(untold, 1)[0] ?? says;

/** An answer that nobody reads is not waited for, and not kept: MiB in bytes. */
export const MiB = 1024 * 1024;
