import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Definition } from "../../lib/definition.ts";
import { Execution } from "./execution.ts";
import type { Moved, Shared } from "./leg.ts";
import { type Handlers, tasksOf } from "./task.ts";
import { Tokens } from "./tokens.ts";

/** A name can be used once: there was an execution of this name, and it has ended. */
export class ExecutionAlreadyExists extends Error {
  override readonly name = "ExecutionAlreadyExists";
}

export interface Engine {
  /** Gives the execution of this name if it is running. Throws `ExecutionAlreadyExists` if it has ended. */
  start(id: IncidentId, name: string): Execution;
  /** Whether there was ever an execution of this name, here. */
  knows(name: string): boolean;
  /** The incident's execution that runs. */
  running(id: IncidentId): Execution | undefined;
  /** Gives a task token back. False where nobody waits for it: it was used, or its task is over. */
  wake(token: string, output?: unknown): boolean;
  /** Ends the waits of all executions, or of one incident's, now; gives how many. Approvals that wait for an answer go on waiting. */
  cutWaits(id?: IncidentId): number;
  /** No execution goes any further. Resolves when the last function that is running has ended, and leaves no timer behind. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** As in `lib/workflow.asl.json`. */
  readonly definition: Definition;
  readonly handlers: Handlers;
  readonly moved?: (execution: { readonly id: IncidentId; readonly name: string }, moved: Moved) => void;
}

/** Runs the workflow on this machine, as Step Functions would: any number of executions at once, in this process, gone with it. */
export function createEngine({ definition, handlers, moved = () => {} }: EngineOptions): Engine {
  const tokens = new Tokens();
  // The definition is checked by its tests; to check it here takes longer than to start everything else.
  const machine = new StateMachine(definition as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const shared: Shared = { machine, definition, tasks: tasksOf(definition, handlers), handlers, tokens };
  mustLeadToTheBeginning(definition);
  const names = new Set<string>();
  const running = new Map<string, Execution>();
  let closed = false;

  return {
    start: (id, name) => {
      if (closed) throw new Error("the engine is closed");
      const there = running.get(name);
      if (there) return there;
      if (names.has(name)) throw new ExecutionAlreadyExists(`there was an execution ${name} already`);
      names.add(name);
      const execution = new Execution(id, name, shared, (move) => moved({ id, name }, move));
      running.set(name, execution);
      const done = () => running.delete(name);
      execution.ended.then(done, done);
      return execution;
    },
    knows: (name) => names.has(name),
    running: (id) => [...running.values()].find((execution) => execution.id === id),
    wake: (token, output = {}) => tokens.wake(token, output),
    cutWaits: (id) => [...running.values()].filter((execution) => (id ? execution.id === id : true) && execution.cutWait()).length,
    close: async () => {
      closed = true;
      await Promise.all([...running.values()].map((execution) => execution.abort()));
    },
  };
}

/** Cutting a wait begins again at the beginning: the same thing only where the wait leads there. */
function mustLeadToTheBeginning({ StartAt, States }: Definition): void {
  for (const [name, { Type, Next }] of Object.entries(States)) {
    if (Type === "Wait" && Next !== StartAt) throw new TypeError(`${name} must lead to ${StartAt}, or it could not be cut short`);
  }
}
