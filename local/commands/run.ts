import { type Command, Option } from "commander";
import { ownerKinds } from "../../adapters/policy/names.ts";
import { type Mode, modes, type OwnerKind, type ScenarioId, scenarioIds } from "../../kernel/types/index.ts";
import { type ClusterOptions, helpEnd, untilSignal, url, type Where, withCluster, withPlace } from "./options.ts";

export interface RunOptions extends Where, ClusterOptions {
  readonly json: boolean;
  readonly yes: boolean;
  readonly scenario: ScenarioId;
  readonly namespace?: string;
  readonly kind?: OwnerKind;
  readonly name?: string;
  readonly pod?: string;
  readonly node?: string;
  readonly mode?: Mode;
  readonly alertmanager?: string;
}

const help = helpEnd({
  examples: [
    "remediator run payments/deployment/checkout                       # `remediator start` runs in another terminal, and does the work",
    "remediator run --namespace payments --kind Deployment --name checkout --kubeconfig ~/.kube/config   # observes",
    "remediator run payments/checkout-7d4-x2x --context staging --prometheus http://127.0.0.1:9090 --mode approve",
    "remediator run payments/deployment/checkout --cluster production --stack remediator                 # a deployed stack does the work",
  ],
  exits: {
    0: "proved, or healthy from the beginning",
    1: "any other end, such as a ticket, or only observed",
    2: "the command line, the policy, the kubeconfig, the data folder or the stack is wrong, a right is missing, or there is no such workload",
    3: "left before its end (Ctrl-C, or the process that does the work ended): it stays open, and goes on; or AWS gave no answer",
  },
});

export function addRun(root: Command, done: (code: number) => void): void {
  const command = root
    .command("run")
    .argument("[target]", "NAMESPACE/POD or NAMESPACE/KIND/NAME, in place of the flags")
    .description("open an incident by hand and follow it to its end; a process that runs with the data folder does the work");
  withCluster(command)
    .addOption(new Option("--scenario <id>", "which section of the runbook").choices(scenarioIds).default("workloads-not-receiving-svids"))
    .option("-n, --namespace <name>", "of the workload; alone: the whole namespace")
    .addOption(new Option("--kind <kind>", "of the workload, with --name").choices(ownerKinds))
    .option("--name <name>", "the workload, with --kind")
    .option("--pod <name>", "one pod")
    .option("--node <name>", "one node")
    .addOption(new Option("--mode <mode>", "how far to go in this cluster (default: observe)").choices(modes))
    .option("--policy <file>", "the policy (default: the shipped one)")
    .option("--alertmanager <url>", "Alertmanager, to ask whether alerts still fire", url);
  withPlace(command, "where records, archive, tickets and reports are kept")
    .option("--json", "print each record as a JSON line, and nothing else, on stdout", false)
    .option("--yes", "answer approvals with yes", false)
    .addHelpText("after", help)
    .action(async (target: string | undefined, options: RunOptions) => {
      const { run } = options.stack === undefined ? await import("./run/run.ts") : await import("./run/deployed.ts");
      done(await untilSignal((stopped) => run(target, options, stopped)));
    });
}
