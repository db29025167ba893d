import * as z from "zod/mini";
import { listOf } from "../kubernetes/meta.ts";

/** The items of a Kubernetes list. One that cannot be read makes the whole unreadable: half of a list is no list. */
export const items = <T>(item: z.core.$ZodType<T>) =>
  z.pipe(
    z.object({ items: listOf(item) }),
    z.transform(({ items: list }): readonly T[] => list),
  );

const metadata = z.looseObject({ name: z.string(), namespace: z.optional(z.string()) });
const named = z.object({ items: z.array(z.looseObject({ metadata })) });

/** Each object of a list, by the path of a GET of it alone. Of what is no such list: none. */
export function objectsOf(list: string, raw: unknown): ReadonlyMap<string, unknown> {
  const [collection = ""] = list.split("?");
  const [, group, plural] = /^(.*?)(?:\/namespaces\/[^/]+)?\/([^/]+)$/.exec(collection) ?? [];
  const { data } = z.safeParse(named, raw);
  return new Map(
    data?.items.map((object) => {
      const { name, namespace } = object.metadata;
      return [`${group}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}/${name}`, object];
    }),
  );
}
