import type { Given, Read } from "../kernel/types/index.ts";
import { fleetOf } from "./queries/fleet.ts";
import { fleetCount } from "./queries/fleet-count.ts";

/** What is worked out where it can be read, so that who decides needs neither the lists nor the language of match conditions for it. */
export function derive(text: string, read: Read, given: Given): unknown {
  if (text !== fleetCount.text) throw new Error(`nothing says how to work out the ${text}`);
  const { expected, symptomatic, undecided, byOwner } = fleetOf(read, given);
  const concerned = byOwner.filter((owner) => owner.symptomatic + owner.undecided > 0).length;
  return { expected, symptomatic, undecided, owners: { concerned, all: byOwner.length } };
}
