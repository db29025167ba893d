import type { Permit, Permitted, Writer } from "../../../kernel/ports.ts";
import type { Done, Instant, Kind, Remedy } from "../../../kernel/types/index.ts";
import { withParameter } from "../path.ts";
import { absent, done, fieldManager, type Hands, type Job, live, mustBeNamed, nameOf } from "./hands.ts";
import { verdictOn } from "./verdict.ts";

/**
 * The hands of one kind: rehearse, write once, and find out afterwards. All that differs between kinds is in the job. Each rejects with `NoAnswer`
 * where the API server does not answer: finding out may be tried again, for only an answer that was read says what became of the write.
 */
export function writer<K extends Kind>(hands: Hands, craft: (remedy: Remedy<K>) => Job): Writer<K> {
  const { connection, clock } = hands;
  const jobOf = (remedy: Remedy<K>): Job => {
    mustBeNamed(remedy.target);
    return craft(remedy);
  };
  return {
    rehearse: async (remedy) => attempt(hands, jobOf(remedy), { mark: clock(), dryRun: true }),
    write: async ({ remedy, writeBefore }: Permit<K>) => attempt(hands, jobOf(remedy), { mark: writeBefore, dryRun: false }),
    reconcile: async ({ remedy, writeBefore }: Permitted<K>) => {
      const job = jobOf(remedy);
      return job.became(await live(connection, job), writeBefore);
    },
  };
}

/** A write's mark is its `writeBefore`: from then on nothing is sent any more. */
async function attempt({ connection, clock }: Hands, job: Job, { mark, dryRun }: { mark: Instant; dryRun: boolean }): Promise<Done> {
  const late = () => !dryRun && clock() >= mark;
  const ended = done("refused", `nothing was sent: the permit ended at ${mark}`);
  if (late()) return ended;
  if (job.before) {
    const object = await live(connection, job);
    const against = object ? job.before(object) : absent(job.target);
    if (against) return against;
    if (late()) return ended;
  }
  const change = job.change(mark);
  const path = withParameter(change.path, "fieldManager", fieldManager);
  const reply = await connection.send({ ...change, path: dryRun ? withParameter(path, "dryRun", "All") : path });
  const verdict = verdictOn(reply, job.target, (answer) => job.took(answer, mark));
  switch (verdict.was) {
    case "accepted":
      return done("applied", job.says);
    case "gone":
      return absent(job.target);
    case "stale":
      return (await live(connection, job))
        ? done("refused", `${nameOf(job.target)} has changed since it was read; nothing was written`)
        : absent(job.target);
    case "refused":
      return done("refused", verdict.says);
  }
}
