import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import { ago, secondsBetween } from "../../kernel/time.ts";
import type { Answer, Check, Given, Read, ScenarioId, Workload } from "../../kernel/types/index.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
import { agentReports, lateSvidsOf, mintsOf } from "../queries/prometheus.ts";
import type { Sample } from "../queries/promql.ts";
import { daemonPodsOn } from "./daemon-pods.ts";
import { onPod, titleOf } from "./workload.ts";

export const windowSeconds = 300;
/** As far back as an idle agent's last mints are looked for; an SVID lives for hours, and is renewed at half of that. */
export const longestSeconds = 24 * 3600;
/** The runbook's baseline: more than 99 % of the mints succeed. */
const tolerated = 0.01;

/**
 * Does the agent on the pod's node get its SVIDs? What a silent metric means: an agent that reports nothing at all is `unknown`; one that reports and
 * minted nothing lately is judged by its mints since the pod came; a few mints without a failure are a good sign, a few with failures are too few for
 * a share.
 */
export const svidMintFailures: Check<Workload> = {
  id: "svid.mint-failures",
  section: "1, Diagnosis (metrics-based)",
  asks: "Do mints fail on the workload's node, and with which code?",
  assess: (subject, read, given) =>
    onPod(subject, read, (pod) => {
      const { installation, limits } = given.policy;
      if (!pod.node) return notApplicable(`${titleOf(pod)} has no node yet`);
      const agent = daemonPodsOn(pod.node, installation.namespace, installation.agent, read).pods[0];
      if (!agent) return notApplicable(`no agent runs on ${pod.node}`);
      const [reports, mints] = read.all(agentReports(given, agent.name), mintsOf(given, agent.name, windowSeconds));
      if (sum(reports) < 1) return unknown(`Prometheus has no metrics of agent ${agent.name} on ${pod.node}`);
      return judged(mints, `agent ${agent.name} on ${pod.node}`, limits.minimumRequests) ?? idle(agent, pod, read, given);
    }),
};

/**
 * SVIDs are minted when a workload asks first, and then at half of their life, so an agent with nothing to do mints nothing. That it works is shown
 * by mints since the pod came, and by no SVID of its streams being late; without any mint nothing shows that the pod ever got one.
 */
function idle(agent: Pod, pod: Pod, read: Read, given: Given): Answer {
  const age = secondsBetween(pod.creationTimestamp, given.now);
  // In whole minutes, so that the same is asked for from one look to the next.
  const window = Math.min(longestSeconds, Math.max(windowSeconds, Math.ceil(age / 60) * 60));
  const [mints, expiring, outdated] = read.all(
    mintsOf(given, agent.name, window),
    lateSvidsOf(given, agent.name, "expiring"),
    lateSvidsOf(given, agent.name, "outdated"),
  );
  const quiet = `agent ${agent.name} on ${pod.node} minted nothing in ${windowSeconds / 60} minutes`;
  const late = sum(expiring) + sum(outdated);
  if (late > 0)
    return faulty(`${quiet}, although ${late} of its SVIDs are past their half-life or expired`, { see: "server-connectivity" });
  return before(mints, quiet, ago(window), "it is idle, and none of its SVIDs is late");
}

/** What the mints of a longer window say where the last minutes have none (`quiet`, the sentence's beginning); `idle` is what it means that all is well. */
export function before(mints: readonly Sample[], quiet: string, window: string, idle: string): Answer {
  const ok = sum(mints.filter(({ labels }) => labels.status_code === "ok"));
  if (ok >= 0.5) return healthy(`${quiet}, and ${Math.round(ok)} times in the last ${window}: ${idle}`);
  const failed = Math.round(sum(mints));
  return unknown(`${quiet}, and in the last ${window} ${failed > 0 ? `tried ${failed} times without success` : "nothing either"}`);
}

/** What the mints of an agent, or of all, come to; `agent` is the sentence's subject. Undefined where there were none. */
export function judged(mints: readonly Sample[], agent: string, minimum: number): Answer | undefined {
  const total = sum(mints);
  if (total < 0.5) return undefined;
  const types = [...new Set(mints.map(({ labels }) => labels.svid_type ?? ""))].map((type) =>
    share(
      type,
      mints.filter(({ labels }) => (labels.svid_type ?? "") === type),
    ),
  );
  const worst = types
    .filter(({ of, failed }) => of >= minimum && failed / of > tolerated)
    .sort((a, b) => b.failed / b.of - a.failed / a.of)[0];
  if (worst) {
    const see = scenarioOf(worst.code);
    return faulty(`${agent} fails ${counted(worst)} in 5 minutes, mostly with ${worst.code}`, see ? { see } : {});
  }
  const failed = types.reduce((all, each) => all + each.failed, 0);
  const few = types.find((each) => each.of < minimum && each.failed >= 0.5);
  if (few) return unknown(`${agent} fails ${counted(few)} in 5 minutes (${few.code}), which is too few to judge by (at least ${minimum})`);
  return healthy(
    `${agent} minted ${Math.round(total)} times in 5 minutes, ${failed < 0.5 ? "none failed" : `${Math.round(failed)} failed`}`,
  );
}

interface Share {
  readonly type: string;
  readonly of: number;
  readonly failed: number;
  /** The commonest of the failures' codes. */
  readonly code: string;
}
function share(type: string, samples: readonly Sample[]): Share {
  const failures = samples.filter(({ labels }) => labels.status_code !== "ok").sort((a, b) => b.value - a.value);
  return { type, of: sum(samples), failed: sum(failures), code: failures[0]?.labels.status_code ?? "no code" };
}

export const sum = (samples: readonly Sample[]): number => samples.reduce((all, { value }) => all + value, 0);
const counted = ({ failed, of, type }: Share): string =>
  `${Math.round(failed)} of ${Math.round(of)} ${type ? `${type} ` : ""}mints (${Math.round((failed / of) * 100)} %)`;

function scenarioOf(code: string): ScenarioId | undefined {
  if (code === "attestation_failed") return "attestation-failures";
  if (code === "signer_mint_failed") return "server-connectivity";
  return code === "key_generation_failed" ? "resource-saturation" : undefined;
}
