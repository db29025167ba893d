import { randomBytes } from "node:crypto";

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Task tokens that are out, and who waits for each. A token is good once, and only while its task waits. */
export class Tokens {
  readonly #waiting = new Map<string, Waiting>();

  mint(): string {
    return randomBytes(32).toString("base64url");
  }

  /** Until the token comes back. */
  wait(token: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(token, { resolve, reject });
    return promise;
  }

  /** False where nobody waits for it (any more). */
  wake(token: string, output: unknown): boolean {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    waiting?.resolve(output);
    return waiting !== undefined;
  }

  /** Nobody waits for it any more: what was waiting is told so, that nothing of it is left behind. */
  void(token: string): void {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    waiting?.reject(new Error("the task is over"));
  }
}
