import * as z from "zod/mini";
import { oncePer } from "../once.ts";

/**
 * A schema as a query's `parse`: throws one line that says where the answer is not what it should be, and quotes nothing of it. An answer is read
 * once, however often it is asked for: prose runs again whenever it misses something.
 */
export function reader<S extends z.core.$ZodType>(schema: S): (raw: unknown) => z.output<S> {
  const read = (raw: unknown): z.output<S> => {
    const parsed = z.safeParse(schema, raw);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new TypeError(`${issue?.path.join(".") || "it"} is not as expected (${issue?.code ?? "invalid"})`);
  };
  const readOnce = oncePer<object, z.output<S>>(read);
  return (raw) => (raw !== null && typeof raw === "object" ? readOnce(raw) : read(raw));
}
