import { type Command, Option } from "commander";
import { modes } from "../../kernel/types/index.ts";
import { incidentNames } from "../world/incidents/incidents.ts";
import { UsageError } from "./mistakes.ts";
import { helpEnd, port, untilSignal, url, withCluster, withData } from "./options.ts";
import { isPractice, type StartOptions } from "./start-options.ts";

const help = helpEnd({
  examples: [
    "remediator start                                    # practice: plays one incident, then waits for webhooks",
    "remediator start --once --incident fargate          # practice: one incident, then the exit code",
    "remediator start --kubeconfig ~/.kube/config --prometheus http://127.0.0.1:9090   # your cluster, observing",
  ],
  exits: {
    0: "with --once: proved; else: ended by Ctrl-C",
    1: "with --once: any other end, such as a ticket",
    3: "with --once: left before the end of the incident, which stays open",
    2: "the command line, the policy, the kubeconfig or the data folder is wrong",
  },
});

/** What is for a cluster of one's own says nothing to the practice world, and the reverse: it would be passed over in silence. */
function mustFit(options: Omit<StartOptions, "dataDir">): void {
  if (!isPractice(options)) {
    if (options.incident) throw new UsageError("--incident is the practice world's: it does not go with --kubeconfig or --context");
    return;
  }
  const idle = (["cluster", "prometheus", "alertmanager"] as const).filter((name) => options[name] !== undefined);
  if (idle.length > 0)
    throw new UsageError(`${idle.map((name) => `--${name}`).join(", ")}: for a cluster of your own, which --kubeconfig or --context names`);
}

export function addStart(root: Command, done: (code: number) => void): void {
  const command = root
    .command("start")
    .description("run the pipeline on this machine: in a practice world, or for a cluster (--kubeconfig or --context)");
  withCluster(command)
    .addOption(new Option("--incident <name>", "which incident the practice world plays").choices(incidentNames))
    .addOption(
      new Option("--mode <mode>", "how far to go in this cluster; with a cluster of your own the default is observe").choices(modes),
    )
    .option("--policy <file>", "the policy (default: the shipped one, or the practice's)")
    .option("--alertmanager <url>", "Alertmanager, to ask whether alerts still fire", url);
  withData(command, "where records, archive, tickets and reports are kept")
    .option("--port <port>", "where webhooks come in, on loopback (0: any that is free)", port, 9465)
    .option("--once", "end after the incident; exit code 0 only when it was proved", false)
    .option(
      "--json",
      "print each record as a JSON line, and nothing else, on stdout (npm's own words come before: npm start --silent, or npx)",
      false,
    )
    .option("--yes", "answer approvals with yes; without a terminal the practice world does so by itself", false)
    .addHelpText("after", help)
    .action(async ({ data, ...options }: Omit<StartOptions, "dataDir"> & { data: string }) => {
      mustFit(options);
      const { start } = await import("./start/start.ts");
      done(await untilSignal((stopped) => start({ ...options, dataDir: data }, stopped)));
    });
}
