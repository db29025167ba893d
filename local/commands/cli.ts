import { Command, CommanderError } from "commander";
import about from "../../package.json" with { type: "json" };
import { say } from "../console/say.ts";
import { addAnswer } from "./answer.ts";
import { addAudit } from "./audit.ts";
import { addDoctor } from "./doctor.ts";
import { exitCodes } from "./exit-codes.ts";
import { addIncident } from "./incident.ts";
import { CannotTell, mistake } from "./mistakes.ts";
import { addRejected } from "./rejected.ts";
import { addRun } from "./run.ts";
import { addStart } from "./start.ts";
import { addSwitches } from "./switches.ts";
import { addToken } from "./token.ts";
import { addWhy } from "./why.ts";

const help = `
Exit codes of every command: 0 proved or healthy (or done), 1 a fault or a ticket, or only observed, 2 usage or set-up, 3 unknown.`;

/** Resolves with the exit code; never rejects for a user's mistake. */
export async function runCli(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.fine;
  const done = (to: number) => {
    code = to;
  };
  try {
    await program(done).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    const says = mistake(error);
    if (says === undefined) throw error;
    say(`remediator: ${says}`);
    return error instanceof CannotTell ? exitCodes.unknown : exitCodes.usage;
  }
}

/** Commands are registered by light files; what each does is loaded when it is called, for the Kubernetes client alone takes a second. */
function program(done: (code: number) => void): Command {
  const root = new Command("remediator")
    .description("The SPIRL agent runbook that runs itself: diagnoses, repairs under guards, proves, or opens a ticket.")
    .version(about.version, "-V, --version", "print the version")
    .exitOverride()
    .showHelpAfterError("(--help says more)")
    .addHelpText("after", help);
  for (const add of [addStart, addWhy, addRun, addIncident, addRejected, addAnswer, addSwitches, addAudit, addToken, addDoctor])
    add(root, done);
  return root;
}
