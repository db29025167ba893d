import { faulty, healthy, notApplicable, unknown } from "../../kernel/answers.ts";
import type { Answer, Check, ScenarioId, Workload } from "../../kernel/types/index.ts";
import { agentReports, mintsOf } from "../queries/prometheus.ts";
import type { Sample } from "../queries/promql.ts";
import { daemonPodsOn } from "./daemon-pods.ts";
import { onPod, titleOf } from "./workload.ts";

const windowSeconds = 300;
/** The runbook's baseline: more than 99 % of the mints succeed. */
const tolerated = 0.01;

/**
 * Does the agent on the pod's node get its SVIDs? What a silent metric means: an agent that reports nothing at all is `unknown`; one that reports
 * and minted nothing had nothing to do; a few mints without a failure are a good sign, a few with failures are too few for a share.
 */
export const svidMintFailures: Check<Workload> = {
  id: "svid.mint-failures",
  section: "1, Diagnosis (metrics-based)",
  asks: "Do mints fail on the workload's node, and with which code?",
  assess: (subject, read, { policy: { installation, limits } }) =>
    onPod(subject, read, (pod) => {
      if (!pod.node) return notApplicable(`${titleOf(pod)} has no node yet`);
      const agent = daemonPodsOn(pod.node, installation.namespace, installation.agent, read).pods[0];
      if (!agent) return notApplicable(`no agent runs on ${pod.node}`);
      const [reports, mints] = read.all(agentReports(installation, agent.name), mintsOf(installation, agent.name, windowSeconds));
      if ((reports[0]?.value ?? 0) < 1) return unknown(`Prometheus has no metrics of agent ${agent.name} on ${pod.node}`);
      return judged(mints, `agent ${agent.name} on ${pod.node}`, limits.minimumRequests);
    }),
};

/** What the mints of an agent, or of all, come to; `agent` is the sentence's subject. */
export function judged(mints: readonly Sample[], agent: string, minimum: number): Answer {
  const total = sum(mints);
  if (total < 0.5) return notApplicable(`${agent} minted nothing in 5 minutes`);
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

const sum = (samples: readonly Sample[]): number => samples.reduce((all, { value }) => all + value, 0);
const counted = ({ failed, of, type }: Share): string =>
  `${Math.round(failed)} of ${Math.round(of)} ${type ? `${type} ` : ""}mints (${Math.round((failed / of) * 100)} %)`;

function scenarioOf(code: string): ScenarioId | undefined {
  if (code === "attestation_failed") return "attestation-failures";
  if (code === "signer_mint_failed") return "server-connectivity";
  return code === "key_generation_failed" ? "resource-saturation" : undefined;
}
