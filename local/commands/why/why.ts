import { text as textOf } from "node:stream/consumers";
import { print, printJson } from "../../console/say.ts";
import { explanation, notLookedAt, summary } from "../../console/why.ts";
import { exitCodes } from "../exit-codes.ts";
import { textOfFile } from "../files.ts";
import { UsageError } from "../mistakes.ts";
import { type Target, targetOf } from "../target.ts";
import type { WhyOptions } from "../why.ts";
import type { Explained } from "./explained.ts";
import { foretell } from "./foretell.ts";
import { asJson } from "./json.ts";
import { explain } from "./live.ts";
import { type Looking, look } from "./looking.ts";
import { type Manifest, manifestIn } from "./manifest.ts";

interface File {
  readonly name: string;
  readonly text: string;
}

/** Looks, says why, and gives the exit code. Nothing is written anywhere. */
export async function why(text: string | undefined, options: WhyOptions): Promise<number> {
  const target = text === undefined ? undefined : targetOf(text, options.namespace);
  // What was named on the command line comes before what was not, as a kubeconfig.
  const files: File[] = [];
  for (const name of options.filename ?? []) files.push({ name, text: await textIn(name) });
  const looking = look(options);
  try {
    return target ? await ofTarget(target, options, looking) : await ofManifests(files, options, looking);
  } finally {
    await looking.close();
  }
}

async function ofTarget(target: Target, { json }: WhyOptions, looking: Looking): Promise<number> {
  const explained = await explain(target, looking);
  if (json) printJson(asJson(explained));
  else print(explanation(explained));
  return codeOf([explained.verdict]);
}

/** All files as if they were applied together: what one brings, the others see. */
async function ofManifests(files: readonly File[], { namespace, json }: WhyOptions, looking: Looking): Promise<number> {
  const namespacing = { demanded: namespace, otherwise: looking.namespace };
  const manifests: readonly Manifest[] = files.map(({ name, text }) => manifestIn(text, name === "-" ? "stdin" : name, namespacing));
  const namespaces = new Map(manifests.flatMap((manifest) => [...manifest.namespaces]));
  const others = manifests.reduce((sum, manifest) => sum + manifest.others, 0);
  const unread = manifests.flatMap((manifest) => manifest.unread.map(({ of, line }) => ({ of, at: `${manifest.file}:${line}` })));
  if (manifests.every(({ workloads }) => workloads.length === 0) && unread.length === 0)
    throw new UsageError(
      `${manifests.map(({ file }) => file).join(", ")} has no Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob (${others} other objects)`,
    );
  const verdicts: Explained["verdict"][] = unread.map(() => "unknown");
  const answers: object[] = [];
  for (const manifest of manifests) {
    const workloads: object[] = [];
    for (const workload of manifest.workloads) {
      const explained = await foretell(workload, { ...manifest, namespaces }, looking);
      verdicts.push(explained.verdict);
      workloads.push({ line: workload.line, ...asJson(explained) });
      if (!json) print([...explanation(explained, `${manifest.file}:${workload.line}`), ""]);
    }
    answers.push({ file: manifest.file, workloads, unread: manifest.unread, others: manifest.others });
  }
  if (json) printJson(answers.length === 1 ? answers[0] : answers);
  else print([...unread.map(notLookedAt), summary(verdicts, others)]);
  return codeOf(verdicts);
}

const textIn = async (file: string): Promise<string> => (file === "-" ? textOf(process.stdin) : textOfFile(file));

/** The worst of all: a fault is known, and so counts before what is not. */
function codeOf(verdicts: readonly Explained["verdict"][]): number {
  if (verdicts.includes("fault")) return exitCodes.fault;
  return verdicts.includes("unknown") ? exitCodes.unknown : exitCodes.fine;
}
