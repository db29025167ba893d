import { inNetwork } from "../../../../adapters/policy/places.ts";
import type { Policy } from "../../../../kernel/types/index.ts";
import { enteringIds, functionIds, runtime } from "../../../../lib/function-name.ts";
import { type Check, failed, ok } from "../check.ts";
import { networksOf, type StackPorts } from "../ports.ts";

const deploy = "npx cdk deploy";

export const identity: Check<StackPorts> = {
  id: "credentials",
  run: async ({ who, region }) => ok(`we are ${await who()}, in ${region}`),
};

export const stackThere: Check<StackPorts> = {
  id: "stack",
  run: async ({ stack, status }) => {
    const now = await status();
    // Rolled back after an update, it is whole, and of the version before.
    if (/^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(now)) return ok(`the stack ${stack} is deployed (${now})`);
    return failed(`the stack ${stack} is ${now}`, `look at its events in CloudFormation, then ${deploy}`);
  },
};

export const functionsActive: Check<StackPorts> = {
  id: "functions",
  run: async (ports) => {
    const inside = (await networksOf(ports)).flatMap((network) => enteringIds.map((id) => inNetwork(id, network)));
    const states = await Promise.all([...functionIds, ...inside].map(async (id) => ({ id, ...(await ports.function(id)) })));
    const wrong = states.find(({ state, runtime: has }) => state !== "Active" || has !== runtime);
    if (!wrong) return ok(`${states.length} functions are active, on ${runtime}`);
    return failed(`${wrong.id} is ${wrong.state}, on ${wrong.runtime}: it should be Active, on ${runtime}`, deploy);
  },
};

/** CloudFormation's default minimum for what is not reserved, below which others of the account wait for each other. */
const roomy = 100;

export const accountRoom: Check<StackPorts> = {
  id: "account-concurrency",
  run: async ({ concurrency, region }) => {
    const { all, unreserved } = await concurrency();
    if (unreserved >= roomy)
      return ok(`${unreserved} of ${all} concurrent executions are left for functions without a number of their own`);
    return failed(
      `only ${unreserved} of ${all} concurrent executions are left for functions without a number of their own: a storm of alerts would be throttled`,
      `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region ${region}`,
    );
  },
};

/** Of the policy file that was named: is it the one that the functions go by? */
export const policyDeployed = (policy: Policy, file: string, deployed: () => Promise<string>): Check<StackPorts> => ({
  id: "policy",
  run: async () => {
    const version = await deployed();
    if (version === policy.version) return ok(`${file} is the policy as deployed (${version.slice(0, 12)})`);
    return failed(
      `${file} is not the policy as deployed (${policy.version.slice(0, 12)}, and there ${version.slice(0, 12)})`,
      `npx cdk deploy -c policy=${file}`,
    );
  },
});

export const clock = (skewSeconds: number): Check<StackPorts> => ({
  id: "clock",
  run: async ({ clocks }) => {
    const { ours, theirs } = await clocks();
    const apart = Math.abs(ours - theirs) / 1000;
    if (apart <= skewSeconds) return ok(`this machine's clock is right (within ${skewSeconds} s of AWS)`);
    return failed(
      `this machine's clock is ${Math.round(apart)} s away from AWS', which is more than ${skewSeconds} s`,
      "set it by NTP: sudo timedatectl set-ntp true",
    );
  },
});
