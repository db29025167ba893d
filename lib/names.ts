/** A name that AWS would not take. Its message is for whoever chose the parts. */
export class NameTooLong extends Error {
  override readonly name = "NameTooLong";
}

/** The name, if AWS takes it: where a part is only known later, with the length that it may have. Throws `NameTooLong` else. */
export function fitting(what: string, name: string, longest: number, length = name.length): string {
  if (length <= longest) return name;
  const parts = "the stack (-c stack=NAME) or the network (in the policy)";
  throw new NameTooLong(
    `the ${what} ${name} would have ${length} characters in its name, and AWS takes ${longest}: give ${parts} a shorter one`,
  );
}
