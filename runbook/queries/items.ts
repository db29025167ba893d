import * as z from "zod/mini";
import { listOf } from "../kubernetes/meta.ts";

/** The items of a Kubernetes list. One that cannot be read makes the whole unreadable: half of a list is no list. */
export const items = <T>(item: z.core.$ZodType<T>) =>
  z.pipe(
    z.object({ items: listOf(item) }),
    z.transform(({ items: list }): readonly T[] => list),
  );
