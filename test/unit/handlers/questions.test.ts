import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { progress } from "../../../kernel/progress.ts";
import { after } from "../../../kernel/time.ts";
import type { Remedy } from "../../../kernel/types/index.ts";
import { announcerFor, localUser } from "../../../local/approver.ts";
import { commandFor } from "../../../local/places.ts";
import { type Questions, questionsAt } from "../../../local/questions.ts";
import { aPolicy } from "../../support/incidents.ts";
import { aStage } from "../act/stage.ts";

/** A terminal in memory: what is typed, and what is seen. */
function aTerminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let seen = "";
  output.on("data", (chunk) => {
    seen += String(chunk);
  });
  const interrupted = vi.fn();
  const questions = questionsAt({ input, output: Object.assign(output, { isTTY: true }), interrupted, everyMs: 5, quietMs: 5 });
  onTestFinished(() => questions.close());
  const sees = (text: string) => vi.waitFor(() => expect(seen).toContain(text));
  return { questions, interrupted, sees, type: (text: string) => input.write(text), seen: () => seen };
}
const always = async () => true;

describe("questions at one terminal", () => {
  it("are put one at a time, and each line answers the one that was seen", async () => {
    const { questions, sees, seen, type } = aTerminal();
    const [one, two] = [questions.ask("one? ", always), questions.ask("two? ", always)];
    await sees("one? ");
    expect(seen()).not.toContain("two? ");
    type("y\n");
    expect(await one).toBe("y");
    await sees("two? ");
    type("n\n");
    expect(await two).toBe("n");
  });

  it("take no line that was typed before they were seen, whole or begun", async () => {
    const { questions, sees, type } = aTerminal();
    const [one, two] = [questions.ask("one? ", always), questions.ask("two? ", always)];
    await sees("one? ");
    type("y\ny\ny");
    expect(await one).toBe("y");
    await sees("two? ");
    type("no\n");
    expect(await two).toBe("no");
  });

  it("are withdrawn when they do not stand any more, shown or not, and the next one is put", async () => {
    const { questions, sees, seen, type } = aTerminal();
    let stands = true;
    const asked = async () => stands;
    const [one, two, three] = [questions.ask("one? ", asked), questions.ask("two? ", asked), questions.ask("three? ", always)];
    await sees("one? ");
    stands = false;
    expect([await one, await two]).toEqual([undefined, undefined]);
    await sees("no longer asked");
    await sees("three? ");
    expect(seen()).not.toContain("two? ");
    type("y\n");
    expect(await three).toBe("y");
  });

  it("stay while nobody can say whether they stand", async () => {
    const { questions, sees, type } = aTerminal();
    let reads = 0;
    const one = questions.ask("one? ", async () => {
      reads += 1;
      if (reads > 1) throw new Error("the ledger does not answer");
      return true;
    });
    await sees("one? ");
    await vi.waitFor(() => expect(reads).toBeGreaterThan(3));
    type("y\n");
    expect(await one).toBe("y");
  });

  it("pass Ctrl-C on, and answer nothing by it", async () => {
    const { questions, sees, type, interrupted } = aTerminal();
    const one = questions.ask("one? ", always);
    await sees("one? ");
    type("\u0003");
    expect(await one).toBeUndefined();
    expect(interrupted).toHaveBeenCalledOnce();
  });

  it("end with the session: no further one is put", async () => {
    const { questions, sees, seen } = aTerminal();
    const [one, two] = [questions.ask("one? ", always), questions.ask("two? ", always)];
    await sees("one? ");
    questions.close();
    expect([await one, await two]).toEqual([undefined, undefined]);
    expect(seen()).not.toContain("two? ");
  });
});

/** An approval that waits, on a real ledger. */
async function anApproval() {
  const policy = aPolicy({ approvers: [localUser()] });
  const stage = await aStage({ policy: { ...policy, mode: { ...policy.mode, default: "approve", clusters: {} } } });
  await stage.diagnose();
  await stage.decide();
  const { remedy, plan } = await stage.last("decided");
  const { until } = await stage.last("asked");
  const { incident } = progress((await stage.view()).story);
  const said: string[] = [];
  const announcer = (questions: Pick<Questions, "ask">, clock = stage.clock) =>
    announcerFor(
      { by: "terminal" },
      {
        ...stage,
        clock,
        questions,
        called: commandFor("here"),
        say: (text) => void said.push(text),
        answerOn: () => ({ ledger: stage.ledger, waker: { wake: async () => {} } }),
      },
    );
  return { stage, said, announcer, waiting: { incident, remedy: remedy as Remedy, plan, until } };
}

describe("an approval at the terminal", () => {
  it("names the incident, and is on record as answered by whoever sits there", async () => {
    const { stage, announcer, waiting } = await anApproval();
    const texts: string[] = [];
    const ask = async (text: string) => {
      texts.push(text);
      return "y";
    };
    await announcer({ ask }).approvalWaits(waiting);
    await vi.waitFor(async () => expect(await stage.last("answered")).toMatchObject({ yes: true, who: localUser(), plan: waiting.plan }));
    expect(texts).toEqual([`Approve rollout-restart Deployment payments/checkout (incident ${stage.id})? [y/N] `]);
  });

  it("is asked once though the workflow announces it again, and by a withdrawn question nothing is answered", async () => {
    const { stage, announcer, waiting } = await anApproval();
    const answers = Promise.withResolvers<string | undefined>();
    const ask = vi.fn(() => answers.promise);
    const at = announcer({ ask });
    await at.approvalWaits(waiting);
    await at.approvalWaits(waiting);
    expect(ask).toHaveBeenCalledOnce();
    answers.resolve(undefined);
    await setTimeout(1);
    await at.approvalWaits(waiting);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(await stage.types()).not.toContain("answered");
  });

  it("stands until it is answered elsewhere, or its time is over", async () => {
    const { stage, announcer, waiting } = await anApproval();
    const stands: (() => Promise<boolean>)[] = [];
    const ask = async (_: string, still: () => Promise<boolean>) => {
      stands.push(still);
      return undefined;
    };
    await announcer({ ask }).approvalWaits(waiting);
    await announcer({ ask }, () => after(waiting.until, 0)).approvalWaits(waiting);
    const [now, later] = stands;
    expect([await now?.(), await later?.()]).toEqual([true, false]);
    await stage.ledger.append(await stage.view(), [{ type: "answered", plan: waiting.plan, who: "bob", yes: false }], "bob", stage.clock());
    expect(await now?.()).toBe(false);
  });
});
