import { inNetwork } from "../../../adapters/policy/places.ts";
import { functionName } from "../../../lib/function-name.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { reasonOf } from "../../stack/faults.ts";
import { portsOf } from "../../stack/ports.ts";
import { withStack } from "../../stack/stack.ts";
import { networksOf } from "../doctor/ports.ts";
import type { Where } from "../options.ts";

/** What AWS says of the functions that write: beside the switches, it is what keeps them. */
export interface Held {
  /** Those that may not run, for an emergency stop holds. */
  readonly stopped: readonly string[];
  /** Those of which this could not be told, and why. */
  readonly untold: readonly string[];
  readonly why?: string;
  /** The command that lets them run again. */
  readonly resume: string;
}

/** Undefined of a data folder: there one process does everything. */
export async function heldWriters({ stack: name, region }: Where): Promise<Held | undefined> {
  if (name === undefined) return undefined;
  return withStack(name, region, async (stack) => {
    const ports = portsOf(stack);
    const ids = [undefined, ...(await networksOf(ports))].flatMap((network) => capabilities.map((id) => inNetwork(id, network)));
    const each = await Promise.all(
      ids.map(async (id) => {
        const number = await ports.reserved(id).catch((error: unknown) => ({ error }));
        return { called: functionName(name, id), number };
      }),
    );
    const untold = each.flatMap(({ called, number }) => (typeof number === "object" ? [{ called, error: number.error }] : []));
    return {
      stopped: each.flatMap(({ called, number }) => (number === 0 ? [called] : [])),
      untold: untold.map(({ called }) => called),
      ...(untold[0] ? { why: reasonOf(untold[0].error, stack.account.region) } : {}),
      resume: `remediator resume --emergency --stack ${name}`,
    };
  });
}
