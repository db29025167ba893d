import { readFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import { print, printJson } from "../../console/say.ts";
import { explanation, summary } from "../../console/why.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../mistakes.ts";
import { type Target, targetOf } from "../target.ts";
import type { WhyOptions } from "../why.ts";
import type { Explained } from "./explained.ts";
import { foretell } from "./foretell.ts";
import { asJson } from "./json.ts";
import { explain } from "./live.ts";
import { type Looking, look } from "./looking.ts";
import { manifestIn } from "./manifest.ts";

/** Looks, says why, and gives the exit code. Nothing is written anywhere. */
export async function why(text: string | undefined, options: WhyOptions): Promise<number> {
  const target = text === undefined ? undefined : targetOf(text, options.namespace);
  const looking = look(options);
  try {
    return target ? await ofTarget(target, options, looking) : await ofManifest(options, looking);
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

async function ofManifest({ filename = "-", namespace, json }: WhyOptions, looking: Looking): Promise<number> {
  const file = filename === "-" ? "stdin" : filename;
  const written = filename === "-" ? await textOf(process.stdin) : read(filename);
  const manifest = manifestIn(written, file, { demanded: namespace, otherwise: looking.namespace });
  if (manifest.workloads.length === 0)
    throw new UsageError(
      `${file} has no Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob (${manifest.others} other objects)`,
    );
  const all: { readonly line: number; readonly explained: Explained }[] = [];
  for (const workload of manifest.workloads) all.push({ line: workload.line, explained: await foretell(workload, manifest, looking) });
  const verdicts = all.map(({ explained }) => explained.verdict);
  if (json) {
    const workloads = all.map(({ line, explained }) => ({ line, ...asJson(explained) }));
    printJson({ file, workloads, others: manifest.others });
  } else {
    for (const { line, explained } of all) print([...explanation(explained, `${file}:${line}`), ""]);
    print([summary(verdicts, manifest.others)]);
  }
  return codeOf(verdicts);
}

/** The worst of all: a fault is known, and so counts before what is not. */
function codeOf(verdicts: readonly Explained["verdict"][]): number {
  if (verdicts.includes("fault")) return exitCodes.fault;
  return verdicts.includes("unknown") ? exitCodes.unknown : exitCodes.fine;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown"})`);
  }
}
