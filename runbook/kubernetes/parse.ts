import * as z from "zod/mini";

/** A schema as a query's `parse`: throws one line that says where the answer is not what it should be, and quotes nothing of it. */
export const reader =
  <S extends z.core.$ZodType>(schema: S) =>
  (raw: unknown): z.output<S> => {
    const parsed = z.safeParse(schema, raw);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new TypeError(`${issue?.path.join(".") || "it"} is not as expected (${issue?.code ?? "invalid"})`);
  };
