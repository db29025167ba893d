import { join, resolve } from "node:path";
import { type Access, type KubeconfigAccess, kubeConfigOf } from "../adapters/kubernetes/config.ts";
import { loadPolicy } from "../adapters/policy/parse.ts";
import { withMode } from "../adapters/policy/with-mode.ts";
import type { Mode, Policy } from "../kernel/types/index.ts";
import type { StartOptions } from "./commands/start-options.ts";
import { isPractice } from "./commands/start-options.ts";
import type { Outside } from "./outside.ts";
import type { World } from "./world/world.ts";

const shipped = (name: string) => join(import.meta.dirname, "../adapters/policy", name);

/** The policy in force: the file that was given, else the practice's or the shipped one; `--mode` lowers or raises it for this process. */
export function policyFor(options: Pick<StartOptions, "policy" | "mode" | "kubeconfig" | "context">, cluster: string): Policy {
  const practice = isPractice(options);
  const policy = loadPolicy(options.policy ?? shipped(practice ? "practice.yaml" : "shipped.yaml"));
  // A cluster of one's own is only observed unless the command line says more: a policy file alone does not arm a laptop.
  const mode: Mode | undefined = options.mode ?? (practice ? undefined : "observe");
  return mode ? withMode(policy, cluster, mode) : policy;
}

/** The cluster's name in alerts and records: as given, else the context's. */
export function clusterOf({ cluster, kubeconfig, context }: Pick<StartOptions, "cluster" | "kubeconfig" | "context">): string {
  return cluster ?? kubeConfigOf(accessOf({ ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) })).getCurrentContext();
}

export const accessOf = ({ kubeconfig, context }: Pick<StartOptions, "kubeconfig" | "context">): KubeconfigAccess => ({
  by: "kubeconfig",
  ...(kubeconfig ? { file: kubeconfig } : {}),
  ...(context ? { context } : {}),
});

/** Whether it leads to the same place in every shell: what the variable KUBECONFIG names is its own shell's. */
export const isEverybodys = ({ file }: KubeconfigAccess): boolean => file !== undefined || !process.env.KUBECONFIG;

/**
 * The same for another process: wherever that is called, and whichever context the file has by then. None where only a variable of this shell names
 * the kubeconfig: by the context alone another shell would ask another cluster. Throws `BadAccess`.
 */
export function lastingAccess(options: Pick<StartOptions, "kubeconfig" | "context">): { readonly access?: KubeconfigAccess } {
  const access = accessOf(options);
  if (!isEverybodys(access)) return {};
  const context = kubeConfigOf(access).getCurrentContext();
  return { access: { ...access, ...(access.file ? { file: resolve(access.file) } : {}), context } };
}

export function realOutside(options: StartOptions, { timing }: Policy): Outside {
  const access = accessOf(options);
  const endpoint = (url: string | undefined) => (url ? { url, timeoutSeconds: timing.requestTimeoutSeconds } : undefined);
  const [prometheus, alertmanager] = [endpoint(options.prometheus), endpoint(options.alertmanager)];
  return {
    reader: access,
    writers: { EvictWorkload: access, RolloutWorkload: access, LabelNamespace: access },
    ...(prometheus ? { prometheus } : {}),
    ...(alertmanager ? { alertmanager } : {}),
    requestTimeoutSeconds: timing.requestTimeoutSeconds,
  };
}

/** The practice world has a user for each capability, and so we are each of them. */
export function practiceOutside({ kubernetesUrl, prometheusUrl, alertmanagerUrl, tokens }: World, { timing }: Policy): Outside {
  const as = (token: string): Access => ({ by: "token", server: kubernetesUrl, token });
  const timeoutSeconds = timing.requestTimeoutSeconds;
  return {
    reader: as(tokens.reader),
    writers: {
      EvictWorkload: as(tokens.EvictWorkload),
      RolloutWorkload: as(tokens.RolloutWorkload),
      LabelNamespace: as(tokens.LabelNamespace),
    },
    prometheus: { url: prometheusUrl, timeoutSeconds },
    alertmanager: { url: alertmanagerUrl, timeoutSeconds },
    requestTimeoutSeconds: timeoutSeconds,
  };
}
