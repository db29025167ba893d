import { createInterface, type Interface } from "node:readline";
import { setTimeout } from "node:timers/promises";

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Somebody has pressed Ctrl-C: while a question waits the terminal gives it to the question, and not as a signal. */
  readonly interrupted: () => void;
  /** How often it is asked whether a question still stands, in milliseconds. */
  readonly everyMs?: number;
  /** What is typed so shortly before a question is seen was not meant for it, in milliseconds. */
  readonly quietMs?: number;
}
export interface Questions {
  /** Puts a question once those before it are over, and gives the line that answers it; undefined where none came: it no longer stood, or somebody left. */
  ask(text: string, stands: () => Promise<boolean>): Promise<string | undefined>;
  /** Withdraws all, and gives the terminal back. */
  close(): void;
}

/** One terminal, one question at a time: a line answers the question that was seen when it was typed, and no other. */
export function questionsAt({ input, output, interrupted, everyMs = 500, quietMs = 100 }: Terminal): Questions {
  const over = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const put = async (text: string, stands: () => Promise<boolean>): Promise<string | undefined> => {
    if (over.signal.aborted || !(await stands())) return undefined;
    const gone = new AbortController();
    const reader = createInterface({ input, output, prompt: "" });
    reader.on("SIGINT", () => {
      reader.close();
      interrupted();
    });
    const left = new Promise<undefined>((resolve) => reader.once("close", () => resolve(undefined)));
    const close = () => reader.close();
    over.signal.addEventListener("abort", close);
    try {
      // Lines that come while nothing is asked go nowhere.
      await Promise.race([setTimeout(quietMs, undefined, { signal: over.signal }).catch(() => {}), left]);
      if (over.signal.aborted) return undefined;
      void watch(stands, everyMs, gone.signal).then((stood) => {
        if (stood) return;
        output.write("\n(this is no longer asked)\n");
        reader.close();
      });
      return await Promise.race([lineOf(reader, text), left]);
    } finally {
      gone.abort();
      over.signal.removeEventListener("abort", close);
      reader.close();
    }
  };
  return {
    ask: (text, stands) => {
      const mine = last.then(() => put(text, stands));
      last = mine.catch(() => {});
      return mine;
    },
    close: () => over.abort(),
  };
}

/** What was begun before the question is taken away first. */
function lineOf(reader: Interface, text: string): Promise<string> {
  reader.write(null, { ctrl: true, name: "e" });
  reader.write(null, { ctrl: true, name: "u" });
  return new Promise((resolve) => reader.question(text, resolve));
}

/** Resolves with false once it does not stand any more, and with true where nobody wants to know. */
async function watch(stands: () => Promise<boolean>, everyMs: number, enough: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      await setTimeout(everyMs, undefined, { signal: enough });
    } catch {
      return true;
    }
    // A ledger that does not answer says nothing: the question stays.
    if (!(await stands().catch(() => true))) return enough.aborted;
  }
}
