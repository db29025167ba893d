import { ruleOf } from "../../kernel/plan.ts";
import type { Announcer } from "../../kernel/ports.ts";
import type { KnownRemedies } from "../../kernel/types/index.ts";
import { titleOf } from "./body.ts";

type Waiting = Parameters<Announcer["approvalWaits"]>[0];

export interface Saying {
  readonly remedies: KnownRemedies;
  /** Names and reasons come from outside. */
  readonly plain: (text: string) => string;
  /** The command that answers, to be followed by `approve` or `decline` and the incident. */
  readonly command: (verb: "approve" | "decline") => string;
}

/** What a person is told who is to answer an approval: what would be changed and why, until when, and how to answer. Plain text. */
export function approvalText({ incident, remedy, plan, until }: Waiting, { remedies, plain, command }: Saying) {
  const { title, command: byHand } = ruleOf(remedies, remedy.kind);
  return {
    subject: `[approval] ${plain(titleOf(incident))}`,
    body: [
      `${title}: ${remedy.target.kind} ${plain([remedy.target.namespace, remedy.target.name].filter((name) => name).join("/"))} in cluster ${plain(incident.cluster)}`,
      `Why: ${plain(remedy.why)}`,
      `The same by hand: ${plain(byHand(remedy))}`,
      "",
      `It waits until ${until}, and becomes a ticket then. Nothing is changed before somebody answers:`,
      `  ${command("approve")}`,
      `  ${command("decline")}`,
      "",
      `Incident ${incident.id}, plan ${plan}`,
    ].join("\n"),
  };
}
