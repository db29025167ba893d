import { Construct } from "constructs";
import { contract as answer, askContract } from "../lambdas/answer/contract.ts";
import { contract as authorize } from "../lambdas/authorize/contract.ts";
import type { Contract } from "../lambdas/contract.ts";
import { contract as decide } from "../lambdas/decide/contract.ts";
import { contract as diagnose } from "../lambdas/diagnose/contract.ts";
import { contract as escalate } from "../lambdas/escalate/contract.ts";
import { contract as ingest, queuedContract } from "../lambdas/ingest/contract.ts";
import { contract as patrol } from "../lambdas/patrol/contract.ts";
import { contract as provision } from "../lambdas/provision/contract.ts";
import { contract as remediate } from "../lambdas/remediate/contract.ts";
import { contract as sweep } from "../lambdas/sweep/contract.ts";
import { type Capability, capabilities } from "./capabilities.ts";
import { bundled } from "./code.ts";
import { ContractFunction, type ContractFunctionProps, policyFile } from "./function.ts";
import type { Resources } from "./permissions.ts";

const folders = {
  Authorize: authorize,
  Ingest: ingest,
  Decide: decide,
  Diagnose: diagnose,
  Escalate: escalate,
  Answer: answer,
  Sweep: sweep,
  Patrol: patrol,
  Provision: provision,
};

/** By what they are called in the stack; those of the workflow as their states. */
export type Functions = Readonly<Record<keyof typeof folders | "Ask" | "Queued" | Capability, ContractFunction>>;

/** One function for each folder of `lambdas/`, and one for each capability that writes: the same code, with other hands and another role. */
export function functions(scope: Construct, on: Resources, policy: string): Functions {
  const within = new Construct(scope, "Functions");
  const add = (name: string, folder: string, contract: Contract, more: Partial<ContractFunctionProps> = {}) =>
    new ContractFunction(within, name, {
      contract,
      code: bundled(folder, contract.needs.policy ? { [policyFile]: policy } : {}),
      on,
      ...more,
    });
  return Object.fromEntries([
    ...Object.entries(folders).map(([name, contract]) => [name, add(name, name.toLowerCase(), contract)]),
    ["Queued", add("Queued", "ingest", queuedContract, { exported: "queued" })],
    ["Ask", add("Ask", "answer", askContract, { exported: "ask" })],
    ...capabilities.map((capability) => [capability, add(capability, "remediate", remediate, { capability })]),
  ]) as Functions;
}
