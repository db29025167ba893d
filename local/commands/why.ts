import type { Command } from "commander";
import { UsageError } from "./mistakes.ts";
import { type ClusterOptions, helpEnd, withCluster } from "./options.ts";

export interface WhyOptions extends ClusterOptions {
  readonly json: boolean;
  readonly filename?: readonly string[];
  readonly namespace?: string;
}

const help = helpEnd({
  examples: [
    "remediator why payments/checkout-7d4c9-x2x4p",
    "remediator why payments/deployment/checkout --prometheus http://127.0.0.1:9090",
    "remediator why -f checkout.yaml                     # before it is applied: would it be injected?",
    "helm template ./chart | remediator why -f - -n payments",
  ],
  exits: {
    0: "healthy: nothing keeps it from its SVIDs (-f: all would be injected)",
    1: "a fault, with its cause (-f: some would not be injected)",
    2: "the command line, the manifest, the policy or the kubeconfig is wrong, or there is no such workload",
    3: "unknown: something that it depends on cannot be read, such as minting without a Prometheus (-f: or is of a kind that is not known)",
  },
});

export function addWhy(root: Command, done: (code: number) => void): void {
  const command = root
    .command("why")
    .argument("[target]", "NAMESPACE/POD or NAMESPACE/KIND/NAME")
    .description("say why a workload has no SVID, and what mends it; only reads, and needs nothing but a kubeconfig");
  withCluster(command)
    .option(
      "-f, --filename <manifest>",
      "in place of a target: what would happen to the workloads in this file (- for stdin); several are taken together",
      (file: string, others: readonly string[] = []) => [...others, file],
    )
    .option("-n, --namespace <name>", "for what names none")
    .option("--policy <file>", "the policy, for where the installation is (default: the shipped one)")
    .option("--json", "the answer as JSON on stdout", false)
    .addHelpText("after", help)
    .action(async (target: string | undefined, options: WhyOptions) => {
      if ((target === undefined) === (options.filename === undefined))
        throw new UsageError("give one target (NAMESPACE/POD), or one manifest (-f FILE): remediator why --help has examples");
      const { why } = await import("./why/why.ts");
      done(await why(target, options));
    });
}
