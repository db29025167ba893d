import { createInterface } from "node:readline/promises";
import type { LedgerReading } from "../../../adapters/ledger/reading.ts";
import { signedPost } from "../../../adapters/sigv4/request.ts";
import { progress } from "../../../kernel/progress.ts";
import { instant } from "../../../kernel/time.ts";
import type { IncidentId, Instant, Remedy, Sha256 } from "../../../kernel/types/index.ts";
import { say } from "../../console/say.ts";
import { what } from "../../console/tell.ts";
import { readingOf } from "../../stack/ledger.ts";
import { type Stack, withStack } from "../../stack/stack.ts";
import type { AnswerOptions } from "../answer.ts";
import { idOf } from "../data.ts";
import { exitCodes } from "../exit-codes.ts";
import { notYet, resting } from "../incident/resting.ts";
import { CannotTell, UsageError } from "../mistakes.ts";
import { digitsOf } from "./plan.ts";

interface Waits {
  readonly id: IncidentId;
  readonly plan: Sha256;
  readonly until: Instant;
  readonly remedy: Remedy;
}

/** Longer than the HTTP API waits for its function. */
const timeoutMs = 35_000;

/** Sends the answer to the stack, signed: who answers is the word of AWS, and the plan goes with it, as it was shown. */
export const reply = (text: string, yes: boolean, options: AnswerOptions): Promise<number> =>
  withStack(options.stack ?? "", options.region, async (stack) => {
    const waits = await readingOf(stack, async (ledger) => waiting(await idOf(ledger, text), ledger, stack));
    if (typeof waits === "string") {
      say(`refused: ${waits}`);
      return exitCodes.fault;
    }
    if (!(await shown(waits, yes, options))) {
      say("refused: the plan has changed since it was shown: look at it again");
      return exitCodes.fault;
    }
    const refused = await post(waits, yes, stack);
    const says = `${yes ? "approved" : "declined"} by ${await stack.who()}: ${what(waits.remedy)}`;
    say(refused ?? `${says}\n  why: ${waits.remedy.why}\n  plan: ${waits.plan}\n  incident: ${waits.id}`);
    return refused === undefined ? exitCodes.fine : exitCodes.fault;
  });

/** What waits for an answer, or why nothing does. */
async function waiting(
  id: IncidentId,
  { view }: Pick<LedgerReading, "view">,
  { pauseSeconds }: Pick<Stack, "pauseSeconds">,
): Promise<Waits | string> {
  const story = (await view(id))?.story;
  if (!story) throw new UsageError(`there is no incident ${id}`);
  const { asked, decision, answers, closed } = progress(story);
  if (closed || !asked || !decision) {
    const rests = resting(story, await pauseSeconds(), instant(Date.now()));
    return rests ? notYet(id, rests) : `${id} waits for no answer`;
  }
  const given = answers.get(asked.plan);
  return given ? `${given.who} has answered already` : { id, plan: asked.plan, until: asked.until, remedy: decision.remedy };
}

/**
 * Whether it is the plan that was shown: by its first digits, or because it is shown now, at a terminal, and confirmed. What is declined need not
 * be shown. Throws `UsageError`, with what waits, where nobody could have seen it.
 */
async function shown({ id, plan, until, remedy }: Waits, yes: boolean, { plan: given, stack }: AnswerOptions): Promise<boolean> {
  if (given !== undefined) return plan.startsWith(digitsOf(given));
  if (!yes) return true;
  const waits = `${what(remedy)}\n  why: ${remedy.why}\n  plan: ${plan}\n  until: ${until}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(`this waits:\n${waits}\nto allow it: remediator approve ${id} --plan ${plan.slice(0, 12)} --stack ${stack}`);
  say(waits);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    if (/^y(es)?$/i.test((await terminal.question("Approve it? [y/N] ")).trim())) return true;
    throw new UsageError("not answered: it waits on");
  } finally {
    terminal.close();
  }
}

/** Undefined where it is on record; else why not. */
async function post({ id, plan }: Waits, yes: boolean, { account, output }: Stack): Promise<string | undefined> {
  const answer = await signedPost({
    service: "execute-api",
    region: account.region,
    credentials: await account.credentials(),
    url: `${await output("Approvals")}/${id}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ yes, plan }),
    timeoutMs,
  });
  if (answer.status === 200) return undefined;
  const { error, message } = saidIn(answer.text);
  if (answer.status >= 500)
    throw new CannotTell(`the stack did not answer (${answer.status}): whether the answer is on record is not known`);
  // The route's own refusal has a message, and the function's an error.
  if (error === undefined && answer.status === 403)
    throw new UsageError(
      `AWS denies it: execute-api:Invoke on POST /approvals/* is missing (the stack's output Approver) (${message ?? 403})`,
    );
  return `refused: ${error ?? message ?? answer.status}`;
}

function saidIn(text: string): { readonly error?: string; readonly message?: string } {
  try {
    const { error, message, Message } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return {
      ...(error === undefined ? {} : { error: String(error) }),
      ...((message ?? Message) ? { message: String(message ?? Message) } : {}),
    };
  } catch {
    return {};
  }
}
