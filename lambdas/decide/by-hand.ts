import { Unreachable } from "../../kernel/ports.ts";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { ByHand } from "../ingest/by-hand.ts";

/** What a person gives to an execution that they start in the console: no incident yet, but what one would be about. */
export interface Request {
  readonly manual: unknown;
}
export const isRequest = (input: object): input is Request => "manual" in input;

/** `Refused`: the request cannot be taken; the execution fails with what would be right as its cause. */
export type Entered = { readonly id: IncidentId; readonly to: "Done" } | { readonly to: "Refused"; readonly says: string };

/**
 * Puts the request on record. The execution that the person has started is over then, and its output names the incident: that one has its own
 * execution, `<incident>-r<run>`, for an incident never has two. Throws `Unreachable` where it could not be put on record.
 */
export async function begin({ manual }: Request, enter: (request: unknown) => Promise<ByHand>): Promise<Entered> {
  const entered = await enter(manual);
  if (entered.did === "open") return { id: entered.id, to: "Done" };
  if (entered.status >= 500) throw new Unreachable(entered.says);
  return { to: "Refused", says: entered.says };
}
