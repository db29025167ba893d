import type { Definition, State } from "../../lib/definition.ts";

/** What a state's Lambda function would be. It gets and gives JSON; each has its own shapes, which only the workflow brings together. */
export type Handler = (input: never) => Promise<unknown>;
/** By the names of the states. */
export type Handlers = Readonly<Record<string, Handler>>;

/** An error as a workflow sees one of a Lambda function: `Error` is its name, and `Cause` JSON with `errorType` and `errorMessage`. */
export class FunctionError extends Error {
  override readonly name: string;
  constructor(thrown: unknown) {
    const { name: errorType, message: errorMessage } = thrown instanceof Error ? thrown : new Error(String(thrown));
    super(JSON.stringify({ errorType, errorMessage }));
    this.name = errorType;
  }
}

/** A state that waits for its token to come back, however soon its function has answered. */
export const waitsForToken = ({ Resource = "" }: State): boolean => Resource.endsWith(".waitForTaskToken");

/** Calls a state's function as Lambda would: both ways as JSON, errors as they arrive in a workflow. */
export async function call(handler: Handler, input: unknown): Promise<unknown> {
  try {
    return throughJson(await handler(throughJson(input) as never));
  } catch (thrown) {
    throw new FunctionError(thrown);
  }
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Names of the states that are tasks. Throws where one has no handler, or a handler has no state: it would never be called. */
export function tasksOf({ States }: Definition, handlers: Handlers): readonly string[] {
  const tasks = Object.keys(States).filter((name) => States[name]?.Type === "Task");
  const missing = tasks.filter((name) => !Object.hasOwn(handlers, name));
  const strange = Object.keys(handlers).filter((name) => !tasks.includes(name));
  if (missing.length > 0 || strange.length > 0) {
    throw new TypeError(
      `states without a handler: ${missing.join(", ") || "none"}; handlers without a state: ${strange.join(", ") || "none"}`,
    );
  }
  return tasks;
}
