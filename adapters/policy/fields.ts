import * as z from "zod";

const aMapping = "must be a mapping of keys to values";

/** What a value must be: the text of every error about it, and of its row on the reference page. */
const told = <S extends z.ZodType>(schema: S, must: string, means: string): S => schema.meta({ must, description: means });

const numberOf = (must: string) => z.number({ error: must });

/** A count from `from` on. */
export function count(fallback: number, means: string, from = 1) {
  const must = `must be a whole number from ${from} on`;
  return told(numberOf(must).int(must).min(from, must).default(fallback), must, means);
}

export function share(fallback: number, means: string) {
  const must = "must be a share above 0 and at most 1, such as 0.25";
  return told(numberOf(must).gt(0, must).max(1, must).default(fallback), must, means);
}

export function factor(fallback: number, means: string) {
  const must = "must be a factor above 0 and at most 10";
  return told(numberOf(must).gt(0, must).max(10, must).default(fallback), must, means);
}

/** Seconds, or text such as `15m` or `1h30m`. */
export function seconds(fallback: number, means: string, from = 0) {
  const must =
    from === 0 ? "must be seconds, or a duration such as 15m" : `must be at least ${from} s, as seconds or a duration such as 15m`;
  const written = z.string({ error: must }).regex(duration, must).transform(secondsOf);
  const either = z.union([numberOf(must), written], { error: must });
  return told(either.pipe(numberOf(must).min(from, must).max(longest, must)).prefault(fallback), must, means);
}

const duration = /^(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/;
/** A year: what is longer is a mistake in the unit. */
const longest = 366 * 86_400;

function secondsOf(text: string): number {
  const [, d = "0", h = "0", m = "0", s = "0"] = duration.exec(text) ?? [];
  return Number(d) * 86_400 + Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** Text of a pattern. */
export function name(pattern: RegExp, must: string, means: string) {
  return told(z.string({ error: must }).regex(pattern, must), must, means);
}

/** One of a closed list of words. */
export function word<const W extends readonly string[]>(words: W, means: string) {
  const must = `must be one of ${words.join(", ")}`;
  return told(z.enum(words, { error: must }), must, means);
}

export function days(fallback: number, means: string) {
  const must = "must be a whole number of days from 1 to 36500";
  return told(numberOf(must).int(must).min(1, must).max(36_500, must).default(fallback), must, means);
}

/** One of a closed list of numbers. */
export function choice(of: readonly number[], fallback: number, means: string) {
  const must = `must be one of ${of.join(", ")}`;
  return told(
    numberOf(must)
      .refine((value) => of.includes(value), must)
      .default(fallback),
    must,
    means,
  );
}

export function list<S extends z.ZodType>(of: S, fallback: readonly z.input<S>[], must: string, means: string) {
  return told(z.array(of, { error: must }).prefault([...fallback]), must, means);
}

/** Free keys. An error about a key says what a key must be. */
export function map<V extends z.ZodType>(key: RegExp, value: V, must: string, means: string) {
  return told(z.record(z.string().regex(key, must), value, { error: aMapping }), must, means);
}

/** Some of a closed list of keys. */
export function some<const W extends readonly string[], V extends z.ZodType>(words: W, value: V, means: string) {
  const must = `must be one of ${words.join(", ")}`;
  return told(z.partialRecord(z.enum(words, { error: must }), value, { error: aMapping }), must, means);
}

/** Fixed keys: others are errors. */
export function table<S extends z.core.$ZodLooseShape>(shape: S, means: string) {
  return told(z.strictObject(shape, { error: aMapping }), aMapping, means);
}
