import type { Command } from "commander";
import { type ClusterOptions, helpEnd, url, withCluster, withStackOption } from "./options.ts";

export interface DoctorOptions extends ClusterOptions {
  readonly json: boolean;
  readonly stack?: string;
  readonly region?: string;
  readonly alertmanager?: string;
}

const help = helpEnd({
  examples: [
    "remediator doctor --stack remediator --policy remediator.yaml",
    "remediator doctor --stack remediator --json | jq '.checks[] | select(.is != \"ok\")'",
    "remediator doctor --kubeconfig ~/.kube/config --prometheus http://127.0.0.1:9090 --alertmanager http://127.0.0.1:9093",
  ],
  exits: {
    0: "all is well",
    1: "a check failed: the line below it says what to do",
    2: "the command line, the policy or the kubeconfig is wrong, or there is no such stack",
    3: "no check failed, and something could not be told",
  },
});

export function addDoctor(root: Command, done: (code: number) => void): void {
  const command = root
    .command("doctor")
    .description("check every link: of a deployed stack, seen from here and from inside, or of a cluster, with one's own rights");
  withCluster(withStackOption(command))
    .option("--alertmanager <url>", "Alertmanager, to ask whether alerts still fire", url)
    .option("--policy <file>", "the policy: that it can be read, and is the one that is deployed")
    .option("--json", "as JSON: checks, each with group, id, is (ok, failed, unknown), says, todo", false)
    .addHelpText("after", help)
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./doctor/doctor.ts");
      done(await doctor(options));
    });
}
