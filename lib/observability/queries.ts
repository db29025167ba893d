/** A question that people ask of the logs, and how CloudWatch Logs Insights is asked it. */
export interface SavedQuery {
  /** Stands in the console below the stack's name. */
  readonly name: string;
  readonly answers: string;
  /** Of which logs: the audit log, the sweeper's, or those of all functions. */
  readonly of: "audit" | "sweeper" | "functions";
  /** Times are those of the records, not those of the log. */
  readonly query: readonly string[];
}

/** Stands in a query where a person puts an incident's id. */
export const anyIncident = "INCIDENT";

export const savedQueries: readonly SavedQuery[] = [
  {
    name: "what-it-did",
    answers: "What did it do last night? From each opening over each decision and write to each end.",
    of: "audit",
    query: [
      "fields timestamp, incident, type, kind, target, verdict, who, effect, proof, result, says",
      'filter type in ["opened", "decided", "answered", "intent", "outcome", "concluded", "escalating", "ticketed", "folded", "closed"]',
      "sort timestamp asc",
      "limit 10000",
    ],
  },
  {
    name: "why-it-was-denied",
    answers: "Which changes were refused, at the plan or at the write, by which guards, and why?",
    of: "audit",
    query: [
      "fields timestamp, incident, cluster, kind, target, at, guards, says",
      'filter type = "decided" and verdict = "deny"',
      "sort timestamp desc",
      "limit 1000",
    ],
  },
  {
    name: "who-approved-what",
    answers: "Which changes waited for a person, who answered, and what? The plan ties question and answer.",
    of: "audit",
    query: [
      "fields timestamp, incident, type, kind, target, who, yes, plan",
      'filter type = "answered" or (type = "decided" and verdict = "ask")',
      "sort timestamp asc",
      "limit 1000",
    ],
  },
  {
    name: "one-incident",
    answers: `What is on record of one incident? Put its id in the place of ${anyIncident}.`,
    of: "audit",
    query: [
      "fields seq, timestamp, by, type, kind, target, verdict, guards, who, yes, effect, look, proof, ticket, result, says, address",
      `filter incident = "${anyIncident}"`,
      "sort seq asc",
      "limit 1000",
    ],
  },
  {
    name: "writes-by-cluster",
    answers: "How many writes were permitted, by cluster, kind and day?",
    of: "audit",
    query: ['filter type = "intent"', "stats count(*) as writes by cluster, kind, bin(1d) as day", "sort day desc"],
  },
  {
    name: "rejected-alerts",
    answers: "Which alerts were not taken, and what would have been right? `body` is the delivery's address in the archive.",
    of: "audit",
    query: ["fields timestamp, type, says, body, index", 'filter type in ["rejected", "ignored"]', "sort timestamp desc", "limit 1000"],
  },
  {
    name: "tickets",
    answers: "What was handed over to people, and why?",
    of: "audit",
    query: [
      "fields timestamp, incident, type, ticket, result, says",
      'filter type in ["escalating", "ticketed", "commented"]',
      "sort timestamp desc",
      "limit 1000",
    ],
  },
  {
    name: "sealed-stories",
    answers: "Where in the archive is the sealed copy of each closed incident?",
    of: "audit",
    query: ["fields timestamp, incident, address, head, records", 'filter type = "sealed"', "sort timestamp desc", "limit 1000"],
  },
  {
    name: "sweeper-finds",
    answers: "What did the sweeper find that should not be?",
    of: "sweeper",
    query: ["fields timestamp, find, cluster, incident, message", "filter ispresent(find)", "sort timestamp desc", "limit 1000"],
  },
  {
    name: "errors",
    answers: "What went wrong in any of the functions?",
    of: "functions",
    query: ["fields timestamp, @log, incident, message, error", 'filter level = "error"', "sort timestamp desc", "limit 1000"],
  },
  {
    name: "what-functions-said",
    answers: `What did the functions say while they worked on one incident? Put its id in the place of ${anyIncident}.`,
    of: "functions",
    query: ["fields timestamp, @log, level, message, ms, error", `filter incident = "${anyIncident}"`, "sort timestamp asc", "limit 1000"],
  },
];

/** As it is typed into the console. */
export const textOf = ({ query }: SavedQuery): string => query.join("\n| ");
