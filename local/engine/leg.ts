import { ExecutionError, ExecutionTimeoutError, type StateMachine } from "aws-local-stepfunctions";
import type { Definition } from "../../lib/definition.ts";
import { call, type Handler, type Handlers, waitsForToken } from "./task.ts";
import type { Tokens } from "./tokens.ts";
import { waitsOf } from "./waits.ts";

/** How an execution ended, in Step Functions' words. */
export type Ending =
  | { readonly status: "SUCCEEDED" | "TIMED_OUT" | "ABORTED" }
  | { readonly status: "FAILED"; readonly error: string; readonly cause: string };

/** A step of an execution, as soon as it can be told: moments after it was made. */
export type Moved =
  | { readonly did: "entered"; readonly state: string }
  | { readonly did: "failed"; readonly state: string; readonly error: string; readonly cause: string };

/** What all executions of an engine share. */
export interface Shared {
  readonly machine: StateMachine;
  readonly definition: Definition;
  readonly tasks: readonly string[];
  readonly handlers: Handlers;
  readonly tokens: Tokens;
}
export interface Listener {
  readonly moved: (moved: Moved) => void;
  /** A function was called. It may outlive its state, as one that ran into a timeout does. */
  readonly called: (work: Promise<unknown>) => void;
}
export type Json = Parameters<StateMachine["run"]>[0];

/** One run of the library's machine, with what the library lacks: task tokens, and waits of any length. */
export class Leg {
  /** Where it is, and with which state it came there. */
  at: { readonly name: string; readonly type: string; readonly input: Json };
  readonly #on: Shared;
  readonly #to: Listener;
  readonly #run: ReturnType<StateMachine["run"]>;
  /** As the last task that changes it has left it. */
  #state: unknown;
  /** Minted while the input of the next task was made. */
  #token: string | undefined;
  /** The one that the current task waits for. */
  #awaited: string | undefined;
  #calls = 0;
  #busy = false;
  #over: "cut" | "ended" | undefined;

  constructor(input: Json, on: Shared, to: Listener) {
    this.#on = on;
    this.#to = to;
    this.#state = input;
    this.at = { name: on.definition.StartAt, type: "Task", input };
    this.#run = on.machine.run(input, {
      noThrowOnAbort: true,
      context: { Task: this.#task() },
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(on.tasks.map((name) => [name, (given: Json) => this.#call(name, given)])),
        waitTimeOverrides: waitsOf(on.definition, () => this.#state),
      },
    });
    void this.#follow();
  }

  get waits(): boolean {
    return this.at.type === "Wait" && !this.#busy && !this.#over;
  }

  /** Ends it where it is. `cut`: to go on elsewhere. */
  end(how: "cut" | "ended"): void {
    this.#over ??= how;
    this.#voidToken();
    this.#run.abort();
  }

  async ending(): Promise<Ending | "cut"> {
    try {
      await this.#run.result;
      return this.#over === "cut" ? "cut" : { status: this.#over ? "ABORTED" : "SUCCEEDED" };
    } catch (thrown) {
      if (thrown instanceof ExecutionTimeoutError) return { status: "TIMED_OUT" };
      if (!(thrown instanceof ExecutionError) || !(thrown.cause instanceof Error)) throw thrown;
      return { status: "FAILED", error: thrown.cause.name, cause: thrown.cause.message };
    } finally {
      // The library goes on to the end of the state that it is in: nothing is called any more.
      this.#over ??= "ended";
      this.#voidToken();
    }
  }

  /** `$$.Task`. The library may read the token several times for one task. */
  #task(): { readonly Token: string } {
    const mint = () => {
      this.#token ??= this.#on.tokens.mint();
      return this.#token;
    };
    return {
      get Token() {
        return mint();
      },
    };
  }

  async #call(name: string, input: unknown): Promise<Json> {
    this.#voidToken(); // a task before this one, that has run into its timeout
    if (this.#over) throw new Error("the execution is over");
    const [state, handler] = [this.#on.definition.States[name], this.#on.handlers[name]];
    if (!state || !handler) throw new TypeError(`there is no task ${name}`);
    this.#busy = true;
    const turn = ++this.#calls;
    try {
      const output = waitsForToken(state) ? await this.#ask(handler, input) : await this.#invoke(handler, input);
      if (state.ResultPath === undefined) this.#state = output;
      return output as Json;
    } finally {
      if (turn === this.#calls) this.#busy = false;
    }
  }

  #invoke(handler: Handler, input: unknown): Promise<unknown> {
    const work = call(handler, input);
    this.#to.called(work);
    return work;
  }

  async #ask(handler: Handler, input: unknown): Promise<unknown> {
    const token = this.#token ?? this.#on.tokens.mint();
    this.#token = undefined;
    this.#awaited = token;
    const back = this.#on.tokens.wait(token);
    back.catch(() => {}); // when it is void, perhaps nobody listens any more
    await this.#invoke(handler, (input as { readonly Payload?: unknown }).Payload);
    return back;
  }

  #voidToken(): void {
    if (this.#awaited) this.#on.tokens.void(this.#awaited);
    this.#awaited = undefined;
  }

  async #follow(): Promise<void> {
    for await (const event of this.#run.eventLogs) {
      if (event.type === "StateEntered") {
        this.at = event.state;
        this.#to.moved({ did: "entered", state: event.state.name });
      } else if (event.type === "StateFailed") {
        this.#to.moved({ did: "failed", state: event.state.name, error: event.Error, cause: String(event.Cause) });
      }
    }
  }
}
