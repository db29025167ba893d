import { assumed } from "./assumptions.ts";
import { type Amounts, amountsOf, billedMs, coldMs, functionOf, gbSeconds, idleAmounts, roundsOf, type Standing, total } from "./bill.ts";
import { asOf, costOf, type Priced, prices, region } from "./prices.ts";
import type { Trace, Traces } from "./trace.ts";

/** `docs/reference/cost.md`: what was counted, times what it costs. */
export function costPage(traces: Traces, standing: Standing): string {
  const { incidents } = traces;
  const amounts = incidents.map((trace) => amountsOf(trace, traces));
  const idle = idleAmounts(traces, standing);
  const dearest = Math.max(...amounts.map(total));
  return [
    "# What it costs",
    "",
    "<!-- Written by `npm run bench:cost` (which measures) or `npm run generate` (which takes the measurement that is there). -->",
    "",
    `Idle: **${cents(total(idle))} a month**. An incident: **${cents(dearest)}** at most of those below; a thousand in a month: **${money(dearest * 1000)}**.`,
    `List prices of ${region}, ${asOf}, without free tiers: check them against AWS's pages before you rely on them.`,
    "",
    "Nothing here is guessed but what the last table names. Incidents of the practice world were played from the alert to their end with the deployed handlers, the",
    "rendered workflow and the ledger, and counted: states that the engine entered, items with their sizes, objects, log lines. The clusters' own cost, traffic through a NAT",
    "gateway and e-mail are not in it.",
    "",
    "## One incident",
    "",
    ...incidents.map(({ incident, says, result }) => `- \`${incident}\`: ${says}. Ends as ${result}.`),
    "",
    ...table(
      ["", ...incidents.map(({ incident }) => `\`${incident}\``)],
      [
        ...rowsOf(amounts).map(({ what, cells }) => [`${prices[what].of}: ${prices[what].unit}`, ...cells]),
        ["**in all**", ...amounts.map((each) => `**${money(total(each))}**`)],
      ],
    ),
    "",
    "What stays: " +
      incidents
        .map(
          ({ incident, recordBytes, archiveBytes }) =>
            `\`${incident}\` ${kB(recordBytes)} of records and ${kB(archiveBytes)} in the archive`,
        )
        .join(", ") +
      `. A thousand of the largest cost ${money(1000 * Math.max(...incidents.map(storage)))} a month.`,
    "",
    "## Where the time goes",
    "",
    "Calls, and milliseconds in all: as measured, as billed by the assumptions below, and of one cold start. Memory is speed, too: it is set in the function's contract.",
    "",
    ...incidents.flatMap((trace) => [`\`${trace.incident}\``, "", ...functionsOf(trace, traces), ""]),
    "## A month in which nothing happens, with one cluster",
    "",
    ...roundsOf(traces).map(
      ({ name, times, each }) =>
        `- ${name}: ${count(times)} calls of ${ms(billedMs(each))} with ${functionOf(name).memoryMiB} MiB; ${each.readUnits} read units, ${each.world} questions to the cluster, ${each.series} series of metrics.`,
    ),
    "",
    ...table(
      ["", "amount", "costs"],
      [
        ...Object.entries(idle).flatMap(([what, amount]) =>
          amount > 0
            ? [[`${prices[what as Priced].of}: ${prices[what as Priced].unit}`, count(amount), money(costOf(what as Priced, amount))]]
            : [],
        ),
        ["**in all**", "", `**${money(total(idle))}**`],
      ],
    ),
    "",
    "## Prices",
    "",
    ...table(
      ["of", "dollars", "for"],
      Object.values(prices).map(({ of, dollars, per, unit }) => [of, String(dollars), `${per === 1 ? "" : `${count(per)} `}${unit}`]),
    ),
    "",
    "## Assumed",
    "",
    ...table(["what", "how much"], assumptions()),
    "",
    `Measured on ${traces.on}, Node ${traces.node}, load ${traces.load} (runnable processes). Each incident was played several times, and the quickest counts; the practice world runs in the same process, so that times are rather too long.`,
    "",
  ].join("\n");
}

const storage = ({ recordBytes, archiveBytes }: Trace) => costOf("tableBytes", recordBytes) + costOf("archiveBytes", archiveBytes);

/** A row for each thing that any of them took, the dearest first: amount and cost. */
function rowsOf(amounts: readonly Amounts[]): readonly { readonly what: Priced; readonly cells: readonly string[] }[] {
  const dear = (what: Priced) => Math.max(...amounts.map((each) => costOf(what, each[what] ?? 0)));
  const used = (Object.keys(prices) as Priced[]).filter((what) => dear(what) > 0).sort((a, b) => dear(b) - dear(a));
  return used.map((what) => ({
    what,
    cells: amounts.map((each) => `${count(each[what] ?? 0)} · ${money(costOf(what, each[what] ?? 0))}`),
  }));
}

function functionsOf(trace: Trace, traces: Traces): readonly string[] {
  const rows = Object.entries(trace.functions).map(([name, spent]) => {
    const { memoryMiB } = functionOf(name);
    const [billed, cold] = [billedMs(spent), coldMs(name, traces)];
    const requests = [spent.ledger, spent.archive, spent.world].map(String);
    return [
      name,
      `${memoryMiB} MiB`,
      String(spent.calls),
      ...requests,
      ms(spent.ms),
      ms(billed),
      ms(cold),
      money(costOf("gbSeconds", gbSeconds(billed + cold, memoryMiB))),
    ];
  });
  return table(["function", "memory", "calls", "ledger", "archive", "cluster", "measured", "billed", "cold", "costs"], rows);
}

const assumptions = (): readonly (readonly string[])[] => [
  ["A request to DynamoDB takes longer than to the file here", ms(assumed.ledgerMs)],
  ["A request to S3", ms(assumed.archiveMs)],
  [`A question to the cluster, to Prometheus or Alertmanager, ${assumed.worldAtOnce} at once`, ms(assumed.worldMs)],
  ["Cold starts", "each function once in each incident, as long as from Node's start to the first request here"],
  [
    "Alertmanager",
    "the delivery that opens the incident is counted; each repetition, and the end, is one more request, Authorize and Ingest",
  ],
  [
    "The cluster",
    "as small as the practice world's; of 2,000 pods each diagnosis keeps 3 MB more, and each of it and of the patrol takes half a second longer",
  ],
  ["Looks and rounds", "as many as in the practice world, where waits are shorter and pods are ready sooner"],
  ["Bytes that Lambda writes around a line, and of each call by itself", `${assumed.bytesPerLine}, ${assumed.bytesPerCall}`],
  ["Bytes that CloudWatch counts for each line of the audit log besides", String(assumed.bytesPerEvent)],
  ["Audit", "called for each record by itself; records that come together are one call"],
  ["Series of metrics", "a closing gives its series a value for one hour, the sweeper its own for all of the month"],
  ["Requests to KMS for each object of the archive, for each message", `${assumed.keyRequestsPerObject}, ${assumed.keyRequestsPerMessage}`],
  ["The bearer tokens are read anew at each delivery; each call is traced", "the most that there can be"],
  ["Days in a month", String(assumed.daysPerMonth)],
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);

/** Dollars, to the first two digits that are not zero. */
export const money = (dollars: number): string =>
  dollars === 0 || dollars >= 1 ? `$${dollars.toFixed(2)}` : `$${dollars.toFixed(Math.min(9, 1 - Math.floor(Math.log10(dollars))))}`;
const cents = (dollars: number): string => (dollars >= 1 ? money(dollars) : `${(dollars * 100).toPrecision(2)} cents`);
const count = (amount: number): string =>
  (amount >= 100 || Number.isInteger(amount) ? Math.round(amount) : Number(amount.toPrecision(2))).toLocaleString("en-US");
const ms = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`;
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
