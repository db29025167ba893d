import { InvalidToken, SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from "@aws-sdk/client-sfn";
import type { Waker } from "../../kernel/ports.ts";

/** Wakes by task token. The token says nothing: what the answer is stands in the ledger. */
export const sfnWaker = (client: SFNClient): Waker => ({
  wake: async (taskToken) => {
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    } catch (error) {
      const gone = error instanceof TaskDoesNotExist || error instanceof TaskTimedOut || error instanceof InvalidToken;
      if (!gone) throw error;
    }
  },
});
