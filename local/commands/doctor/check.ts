/** `unknown`: the check itself could not be made, so that nothing is known of what it is about. */
export interface Outcome {
  readonly is: "ok" | "failed" | "unknown";
  /** In a sentence, with names in it. */
  readonly says: string;
  /** Of a failed one: exactly what to do. */
  readonly todo?: string;
}
export interface Check<Ports> {
  /** In a few words, as programs have it. */
  readonly id: string;
  readonly run: (ports: Ports) => Promise<Outcome>;
}
export interface Line extends Outcome {
  readonly group: string;
  readonly id: string;
}

export const ok = (says: string): Outcome => ({ is: "ok", says });
export const failed = (says: string, todo: string): Outcome => ({ is: "failed", says, todo });
export const unknown = (says: string): Outcome => ({ is: "unknown", says });

/** Makes the checks of a group all at once, and answers in their order. What throws is unknown, in the words that `reason` has for it. */
export async function made<Ports>(
  group: string,
  checks: readonly Check<Ports>[],
  ports: Ports,
  reason: (error: unknown) => string,
): Promise<readonly Line[]> {
  const making = checks.map(async ({ id, run }): Promise<Line> => {
    try {
      return { group, id, ...(await run(ports)) };
    } catch (error) {
      return { group, id, ...unknown(`${id} cannot be told: ${reason(error)}`) };
    }
  });
  return Promise.all(making);
}
