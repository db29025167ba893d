import type { Alert, Read } from "../kernel/types/index.ts";
import { type Matcher, type Silence, silences } from "./queries/alertmanager.ts";

/**
 * Ids of the silences that cover what the patrol found. Alertmanager tells nobody of an alert that is silenced, but the patrol looks by itself: so what
 * people have said about it is asked for here. None where Alertmanager cannot be asked, for nobody else knows of silences.
 */
export function silencesOf(alerts: readonly Alert[], read: Read): readonly string[] {
  const found = alerts.filter(({ from }) => from === "patrol");
  if (found.length === 0) return [];
  const asked = read.maybe(silences());
  if (asked.state === "unavailable") return [];
  return asked.value.filter((silence) => found.some((alert) => covers(silence, alert))).map(({ id }) => id);
}

/**
 * Of Prometheus' own alert about the same, people silence all labels, also those that it has beside (`prometheus`, `severity`, `env`). What is said of
 * a label that the find has not cannot be told: it counts as covered where all that is said of the others fits.
 */
function covers({ matchers }: Silence, { labels }: Alert): boolean {
  const told = matchers.filter(({ name }) => Object.hasOwn(labels, name));
  return (told.length > 0 ? told : matchers).every((matcher) => holds(matcher, labels));
}

/** A label that is not there is empty, as in Prometheus. */
function holds({ name, value, isRegex, isEqual }: Matcher, labels: Alert["labels"]): boolean {
  const own = Object.hasOwn(labels, name) ? (labels[name] ?? "") : "";
  if (!isRegex) return (own === value) === isEqual;
  const pattern = plain(value);
  // What cannot be told counts as silenced.
  return pattern === undefined || pattern.test(own) === isEqual;
}

/** Words with `.`, `.*` and `.+` in them, several by `|`, within brackets or not: these mean the same to Go and here, and take no time. */
const readable = /^(?:[\w/:@-]|\\[./-]|\.[*+]?)*(?:\|(?:[\w/:@-]|\\[./-]|\.[*+]?)*)*$/;
const mostWildcards = 3;

function plain(pattern: string): RegExp | undefined {
  const bare = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const wildcards = bare.match(/\.[*+]/g)?.length ?? 0;
  return readable.test(bare) && wildcards <= mostWildcards ? new RegExp(`^(?:${bare})$`) : undefined;
}
