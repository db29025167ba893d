import { Construct } from "constructs";
import { freezePolicy } from "../adapters/policy/frozen.ts";
import { networksIn } from "../adapters/policy/places.ts";
import type { Capability, Policy } from "../kernel/types/index.ts";
import { contract as answer, askContract } from "../lambdas/answer/contract.ts";
import { contract as audit } from "../lambdas/audit/contract.ts";
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
import { capabilities } from "../runbook/remedies/capabilities.ts";
import { bundled } from "./code.ts";
import { EnteringFunction } from "./entering-function.ts";
import { ContractFunction, policyFile } from "./function.ts";
import { attached } from "./network.ts";
import type { Resources } from "./permissions.ts";

/** What is there once. */
const once = { Authorize: authorize, Ingest: ingest, Decide: decide, Answer: answer, Sweep: sweep, Provision: provision, Audit: audit };
/** What goes to clusters, and so is there once for each network. */
const going = { Diagnose: diagnose, Escalate: escalate, Patrol: patrol };

export type Entering = Readonly<Record<keyof typeof going | Capability, EnteringFunction>>;
/** By what they are called in the stack; those of the workflow as their states. */
export type Functions = Readonly<Record<keyof typeof once | "Ask" | "Queued", ContractFunction>> & Entering;

const writers = Object.fromEntries(capabilities.map((capability) => [capability, remediate])) as unknown as Readonly<
  Record<Capability, Contract>
>;
/** By what a function is called; one that goes to clusters is there once more for each network, under that contract. */
export const contracts: Readonly<Record<keyof Functions, Contract>> = {
  ...once,
  ...going,
  Queued: queuedContract,
  Ask: askContract,
  ...writers,
};
/** Those of a workflow that are there once for each network. */
export const entering = [...Object.keys(going), ...capabilities] as readonly (keyof Entering)[];

/** Their place in the stack: how the names begin that CloudFormation gives to what is theirs. */
export const functionsId = "Functions";

/** The functions of one workflow: those that go to the clusters of one network, and those that all share. */
export interface Group {
  /** Undefined outside of all networks. */
  readonly network: string | undefined;
  readonly functions: Functions;
}

/**
 * One function for each folder of `lambdas/`, and one for each capability that writes: the same code, with other hands and another role. Those that
 * go to clusters stand outside of all networks, and again in each network that has clusters. The first group is that outside.
 */
export function functions(scope: Construct, on: Omit<Resources, "reached">, policy: Policy): readonly [Group, ...Group[]] {
  const within = new Construct(scope, functionsId);
  const frozen = freezePolicy(policy);
  const props = (folder: string, contract: Contract, reached: Resources["reached"] = []) => ({
    contract,
    code: bundled(folder, contract.needs.policy ? { [policyFile]: frozen } : {}),
    on: { ...on, reached },
  });
  const shared = {
    ...Object.fromEntries(
      Object.entries(once).map(([name, contract]) => [name, new ContractFunction(within, name, props(name.toLowerCase(), contract))]),
    ),
    Queued: new ContractFunction(within, "Queued", { ...props("ingest", queuedContract), exported: "queued" }),
    Ask: new ContractFunction(within, "Ask", { ...props("answer", askContract), exported: "ask" }),
  };
  const group = (name?: string): Group => {
    const reached = Object.values(policy.clusters).filter(({ network }) => network === name);
    const [at, network] = name === undefined ? [within, {}] : standing(within, name, policy.networks);
    const entering = {
      ...Object.fromEntries(
        Object.entries(going).map(([id, contract]) => [
          id,
          new EnteringFunction(at, id, { ...props(id.toLowerCase(), contract, reached), ...network }),
        ]),
      ),
      ...Object.fromEntries(
        capabilities.map((capability) => [
          capability,
          new EnteringFunction(at, capability, { ...props("remediate", remediate, reached), capability, ...network }),
        ]),
      ),
    };
    return { network: name, functions: { ...shared, ...entering } as Functions };
  };
  const [, ...names] = networksIn(policy);
  return [group(), ...names.map(group)];
}

function standing(within: Construct, name: string, networks: Policy["networks"]) {
  const at = new Construct(within, name);
  const network = networks[name];
  if (!network) throw new TypeError(`${name} is no network of the policy`);
  return [at, { network: { name, attached: attached(at, network) } }] as const;
}
