import { Construct } from "constructs";
import { contract as answer, askContract } from "../lambdas/answer/contract.ts";
import { contract as audit } from "../lambdas/audit/contract.ts";
import { contract as authorize } from "../lambdas/authorize/contract.ts";
import type { Contract } from "../lambdas/contract.ts";
import { contract as decide } from "../lambdas/decide/contract.ts";
import { contract as diagnose } from "../lambdas/diagnose/contract.ts";
import { contract as escalate } from "../lambdas/escalate/contract.ts";
import { contract as ingest } from "../lambdas/ingest/contract.ts";
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
  Provision: provision,
  Audit: audit,
};

/** What a function is called in the stack; those of the workflow as their states. */
export type FunctionName = keyof typeof folders | "Ask" | Capability;
export type Functions = Readonly<Record<FunctionName, ContractFunction>>;

const writers = Object.fromEntries(capabilities.map((capability) => [capability, remediate])) as unknown as Readonly<
  Record<Capability, Contract>
>;
export const contracts: Readonly<Record<FunctionName, Contract>> = { ...folders, Ask: askContract, ...writers };

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
    ["Ask", add("Ask", "answer", askContract, { exported: "ask" })],
    ...capabilities.map((capability) => [capability, add(capability, "remediate", remediate, { capability })]),
  ]) as Functions;
}
