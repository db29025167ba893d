import { readFileSync } from "node:fs";
import { writeDurably } from "../../adapters/archive/durable.ts";
import type { KubeconfigAccess } from "../../adapters/kubernetes/config.ts";
import { freezePolicy, thawPolicy } from "../../adapters/policy/frozen.ts";
import type { Policy } from "../../kernel/types/index.ts";
import { places } from "../places.ts";
import { UsageError } from "./mistakes.ts";

/** What the process that runs a data folder goes by. Kept there, so that the other commands need not be told again. */
export interface InForce {
  readonly cluster: string;
  readonly policy: Policy;
  /** The way into its cluster, where that is a kubeconfig's that every shell finds. */
  readonly access?: KubeconfigAccess;
}

export async function keepInForce(dataDir: string, { policy, ...others }: InForce): Promise<void> {
  await writeDurably(places(dataDir).inForce, JSON.stringify({ ...others, policy: freezePolicy(policy) }));
}

/** Throws `UsageError` where nothing ran yet, or where the file was changed since: a policy counts only as it was checked. */
export function readInForce(dataDir: string): InForce {
  const path = places(dataDir).inForce;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`there is no ${path}: nothing has run with this data folder yet (--data names another)`);
  }
  try {
    const { policy, ...others } = JSON.parse(text) as Omit<InForce, "policy"> & { readonly policy: string };
    return { ...others, policy: thawPolicy(policy) };
  } catch {
    throw new UsageError(`${path} is damaged: start \`remediator start\` anew, which writes it`);
  }
}
