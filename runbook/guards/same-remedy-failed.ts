import { allow, deny } from "../../kernel/answers.ts";
import { planOf } from "../../kernel/plan.ts";
import { progress, triedBefore } from "../../kernel/progress.ts";
import type { Guard } from "../../kernel/types/index.ts";

/** What did not help once does not help twice. A write that came to nothing (target gone, precondition lost) may be tried once more. */
export const sameRemedyFailed: Guard = {
  id: "same-remedy-failed",
  asks: "Has this been tried here already, without success?",
  rule({ ledger, remedy, undoing }) {
    if (undoing) return allow;
    const at = progress(ledger.story);
    const failed = at.attempts.find(
      (attempt) =>
        planOf(attempt.intent.remedy) === planOf(remedy) &&
        (attempt.concluded?.proof === "failed" || attempt.concluded?.proof === "unproved"),
    );
    if (failed) return deny(`${remedy.kind} was tried at ${failed.intent.written} and did not help: ${failed.concluded?.says}`);
    const onThis = triedBefore(at, remedy);
    if (onThis.some((attempt) => attempt.concluded?.proof === "proved"))
      return deny(`${remedy.kind} was done to this very ${remedy.target.kind} and proved; doing it again would change nothing`);
    return onThis.length >= 2 ? deny(`${remedy.kind} came to nothing ${onThis.length} times on ${remedy.target.name}`) : allow;
  },
};
