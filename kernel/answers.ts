import type { Answer, Found, Ruling } from "./types/index.ts";

type Faulty = Extract<Answer, { is: "faulty" }>;

export const healthy = (says: string): Answer => ({ is: "healthy", says });
export const unknown = (says: string): Answer => ({ is: "unknown", says });
export const notApplicable = (says: string): Answer => ({ is: "not-applicable", says });
export const faulty = (says: string, then: Omit<Faulty, "is" | "says"> = {}): Answer => ({ is: "faulty", says, ...then });

export const allow: Ruling = { rule: "allow" };
export const ask = (says: string): Ruling => ({ rule: "ask", says });
export const deny = (says: string): Ruling => ({ rule: "deny", says });
export const denyForFleet = (says: string): Ruling => ({ rule: "deny", says, fleet: true });
/** A denial that passes by itself: at `until`, look again. */
export const wait = (until: Extract<Ruling, { rule: "deny" }>["until"] & string, says: string): Ruling => ({ rule: "deny", says, until });

export const isFaulty = (finding: { readonly is: string }): finding is Found<"faulty"> => finding.is === "faulty";
