import { LambdaClient, PutFunctionConcurrencyCommand, paginateListFunctions } from "@aws-sdk/client-lambda";
import { redactText } from "../../../adapters/redact/index.ts";
import { instant } from "../../../kernel/time.ts";
import { contract } from "../../../lambdas/remediate/contract.ts";
import { functionName } from "../../../lib/function-name.ts";
import { capabilities } from "../../../runbook/remedies/capabilities.ts";
import { marks } from "../../console/print.ts";
import { print, say } from "../../console/say.ts";
import { patience } from "../../stack/account.ts";
import { isDeniedOrMissing, reasonOf } from "../../stack/faults.ts";
import { ledgerOf } from "../../stack/ledger.ts";
import { type Stack, withStack } from "../../stack/stack.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import type { ResumeOptions, StopOptions } from "../switches.ts";

/** Lets none of the functions that write run: what is under way ends within its time, and nothing begins. Nothing of ours is read for it. */
export async function stopWriters({ why, stack: name, region }: StopOptions): Promise<number> {
  if (why.trim() === "") throw new UsageError("--why must say why");
  return withStack(stackGiven(name), region, async (stack) => {
    const code = await setAll(stack, 0, "runs no more");
    await alsoBySwitch(stack, why);
    return code;
  });
}

/** Lets each run again, as many at once as it is deployed with. */
export async function resumeWriters({ stack: name, region }: ResumeOptions): Promise<number> {
  return withStack(stackGiven(name), region, async (stack) => {
    const code = await setAll(stack, contract.concurrency, `may run again, ${contract.concurrency} at once`);
    say(`the stop switches stay as they are: remediator resume --stack ${stack.name}`);
    return code;
  });
}

function stackGiven(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new UsageError("--emergency is for a deployed stack: it goes with --stack");
}

/** All at once, each with a line; one that cannot be set does not keep the others. */
async function setAll({ name, account: { region } }: Stack, concurrency: number, says: string): Promise<number> {
  const client = new LambdaClient({ ...patience, region });
  const { writers, untold } = await writersOf(client, name, region);
  const lines = writers.map(async (FunctionName) => {
    try {
      await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: concurrency }));
      return { did: true, nameless: false, line: `${marks.good} ${FunctionName}: ${says}` };
    } catch (error) {
      return { did: false, nameless: isDeniedOrMissing(error), line: `${marks.bad} ${FunctionName}: ${reasonOf(error, region)}` };
    }
  });
  const all = await Promise.all(lines);
  client.destroy();
  const wrong = all.every(({ nameless }) => nameless) ? [`${marks.unsure} ${rightName(name, region)}`] : [];
  print([...all.map(({ line }) => line), ...untold, ...wrong]);
  return all.every(({ did }) => did) && untold.length === 0 ? exitCodes.fine : exitCodes.fault;
}

/** Who may do it on one stack is denied it on every other name, and nothing else is asked that could tell: only people can see a slip. */
const rightName = (name: string, region: string): string =>
  `none was reached: is ${name} the stack's name, and is it in ${region}? --stack and --region say which, and AWS_PROFILE in whose account`;

/**
 * The writers outside of all networks are known by name; in how many networks there are more of them, only the account can tell. Where it does
 * not, those outside are set all the same.
 */
async function writersOf(client: LambdaClient, stack: string, region: string) {
  const known = capabilities.map((capability) => functionName(stack, capability));
  const inNetworks = known.map((name) => `${name}-`);
  try {
    const found: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
      found.push(
        ...Functions.flatMap(({ FunctionName = "" }) => (inNetworks.some((name) => FunctionName.startsWith(name)) ? [FunctionName] : [])),
      );
    return { writers: [...known, ...found.sort()], untold: [] };
  } catch (error) {
    const says = "those in networks of the policy, if there are any, could not be found and may still run";
    return { writers: known, untold: [`${marks.unsure} ${says}: ${reasonOf(error, region)}`] };
  }
}

/** The ordinary stop beside it, where the ledger can be had: it says to everybody who stopped what, and why. */
async function alsoBySwitch(stack: Stack, why: string): Promise<void> {
  try {
    await ledgerOf(stack, async (ledger, who) =>
      ledger.setSwitch("all", { state: "on", by: await who(), since: instant(Date.now()), why: redactText(why.trim()) }),
    );
    print([`${marks.good} everywhere: stopped by the switch, too`]);
  } catch (error) {
    print([`${marks.unsure} the stop switch could not be set (${reasonOf(error, stack.account.region)})`]);
  }
}
