import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { IncidentId } from "../../kernel/types/index.ts";
import type { Definition, State } from "../../lib/definition.ts";
import { Execution } from "./execution.ts";
import type { Moved, Shared } from "./leg.ts";
import type { Bounds } from "./queue.ts";
import { type Handlers, tasksOf, waitsForToken } from "./task.ts";
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
  /** How many executions there are, and how many of them do not wait for a time or a person. */
  load(): Bounds;
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
  /** An execution has ended, or waits now. */
  readonly freed?: () => void;
}

/** Runs the workflow on this machine, as Step Functions would: any number of executions at once, in this process, gone with it. */
export function createEngine({ definition, handlers, moved = () => {}, freed = () => {} }: EngineOptions): Engine {
  const tokens = new Tokens();
  // The definition is checked by its tests; to check it here takes longer than to start everything else.
  const machine = new StateMachine(definition as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const shared: Shared = { machine, definition, tasks: tasksOf(definition, handlers), handlers, tokens };
  mustLeadToTheBeginning(definition);
  const names = new Set<string>();
  const running = new Map<string, Execution>();
  const ofIncidents = new Map<IncidentId, Execution>();
  const going = new Set<string>();
  const waits = new Set(Object.keys(definition.States).filter((name) => isWait(definition.States[name])));
  const goes = (name: string, state: string) => {
    if (!waits.has(state)) going.add(name);
    else if (going.delete(name)) freed();
  };
  let closed = false;

  return {
    start: (id, name) => {
      if (closed) throw new Error("the engine is closed");
      const there = running.get(name);
      if (there) return there;
      if (names.has(name)) throw new ExecutionAlreadyExists(`there was an execution ${name} already`);
      names.add(name);
      const execution = new Execution(id, name, shared, (move) => {
        if (move.did === "entered" && running.has(name)) goes(name, move.state);
        moved({ id, name }, move);
      });
      running.set(name, execution);
      ofIncidents.set(id, execution);
      going.add(name);
      const done = () => {
        running.delete(name);
        going.delete(name);
        if (ofIncidents.get(id) === execution) ofIncidents.delete(id);
        freed();
      };
      execution.ended.then(done, done);
      return execution;
    },
    knows: (name) => names.has(name),
    running: (id) => ofIncidents.get(id),
    load: () => ({ going: going.size, all: running.size }),
    wake: (token, output = {}) => tokens.wake(token, output),
    cutWaits: (id) => {
      const one = id && ofIncidents.get(id);
      const all = id ? (one ? [one] : []) : [...running.values()];
      return all.filter((execution) => execution.cutWait()).length;
    },
    close: async () => {
      closed = true;
      await Promise.all([...running.values()].map((execution) => execution.abort()));
    },
  };
}

/** Of a time, or of a person. */
const isWait = (state: State | undefined): boolean => state?.Type === "Wait" || (state !== undefined && waitsForToken(state));

/** Cutting a wait begins again at the beginning: the same thing only where the wait leads there. */
function mustLeadToTheBeginning({ StartAt, States }: Definition): void {
  for (const [name, { Type, Next }] of Object.entries(States)) {
    if (Type === "Wait" && Next !== StartAt) throw new TypeError(`${name} must lead to ${StartAt}, or it could not be cut short`);
  }
}
