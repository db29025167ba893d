import type { Command } from "commander";
import { helpEnd, noAnswer, usage, type Where, withPlace } from "./options.ts";

export interface AuditOptions extends Where {
  readonly json: boolean;
  readonly auditLog?: string;
  readonly copy?: string;
  readonly cluster?: string;
}

export function addAudit(root: Command, done: (code: number) => void): void {
  const audit = root.command("audit").description("check what is on record");
  withPlace(
    audit
      .command("verify")
      .argument("[id]", "one incident, or the beginning of its id (default: all; of a stack: all that are open)")
      .description(
        "check that no record was changed, left out or put in, and that the archive has what they name; with --audit-log, that the cluster saw the same",
      ),
  )
    .option(
      "--audit-log <file>",
      "the audit log of the cluster's API server, as JSON lines: each write of ours must have its intent, and the reverse",
    )
    .option("--copy <file>", "not this machine's ledger, but a sealed copy from the archive, or lines of the audit log in CloudWatch")
    .option("--cluster <name>", "whose audit log it is (default: the one that the incidents are of)")
    .option("--json", "the answer as JSON on stdout", false)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          "remediator audit verify",
          "remediator audit verify practice-svids-checkout",
          "remediator audit verify --copy sealed-story.json",
          "remediator audit verify production-svids-checkout-60b5de55414cfc1-g1 --stack remediator",
          "remediator audit verify --audit-log /var/log/kubernetes/audit.log --cluster production",
        ],
        exits: {
          0: "everything is as it was written, as far as the ledger can tell: where an incident and every trace of its key was removed, only the cluster's audit log or a copy can; with --copy the archive is not read",
          1: "a chain is broken (the first broken record is named), something archived is missing or was changed, or ledger and audit log differ",
          2: `${usage}, or the audit log or the copy cannot be read`,
          3: `nothing was checked, as where none is open in a stack, which does not list the closed ones; the archive cannot be read or has no sealed copy yet, the audit log does not reach far enough to tell, or ${noAnswer}`,
        },
      }),
    )
    .action(async (id: string | undefined, options: AuditOptions) => {
      const { verify } = await import("./audit/verify.ts");
      done(await verify(id, options));
    });
}
