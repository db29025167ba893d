import { existsSync } from "node:fs";
import { loadPolicy, parsePolicy } from "../../../adapters/policy/parse.ts";
import type { Policy } from "../../../kernel/types/index.ts";
import { checkup } from "../../console/doctor.ts";
import { print, printJson } from "../../console/say.ts";
import type { DoctorOptions } from "../doctor.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import type { Line } from "./check.ts";

export interface Given {
  readonly policy: Policy;
  /** Where it comes from; undefined for the shipped one. */
  readonly file: string | undefined;
}
/** As for `cdk deploy`. */
const usual = "remediator.yaml";

/** Makes all checks, also where some fail, and says of each how it is. Throws `PolicyError` for a policy that cannot be read. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const file = options.policy ?? (existsSync(usual) ? usual : undefined);
  const given = { file, policy: file === undefined ? parsePolicy("", { file: "the policy as shipped" }) : loadPolicy(file) };
  const lines = await linesOf(options, given);
  if (options.json) printJson({ checks: lines });
  else print(checkup(lines));
  return codeOf(lines);
}

async function linesOf(options: DoctorOptions, given: Given): Promise<readonly Line[]> {
  const { stack, region, kubeconfig, context } = options;
  const local = (["kubeconfig", "context", "cluster", "prometheus", "alertmanager"] as const).filter((name) => options[name] !== undefined);
  if (stack !== undefined) {
    if (local.length > 0)
      throw new UsageError(`a stack goes by its own policy: ${local.map((name) => `--${name}`).join(", ")} would change nothing`);
    const { examineStack } = await import("./stack.ts");
    return examineStack(stack, region, given);
  }
  if (region !== undefined) throw new UsageError("--region says where a stack is: it goes with --stack");
  if (kubeconfig === undefined && context === undefined)
    throw new UsageError("name what to examine: a deployed stack (--stack), or a cluster (--kubeconfig or --context)");
  const { examineOwn } = await import("./own.ts");
  return examineOwn(options, given);
}

export function codeOf(lines: readonly Line[]): number {
  if (lines.some(({ is }) => is === "failed")) return exitCodes.fault;
  return lines.some(({ is }) => is === "unknown") ? exitCodes.unknown : exitCodes.fine;
}
