import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { connect } from "../../../adapters/kubernetes/connection.ts";
import { logReader } from "../../../adapters/kubernetes/logs.ts";
import { kubernetesReader } from "../../../adapters/kubernetes/read.ts";
import { loadPolicy, parsePolicy } from "../../../adapters/policy/parse.ts";
import { prometheusReader } from "../../../adapters/prometheus/read.ts";
import { worldOf } from "../../../adapters/world/index.ts";
import type { World } from "../../../kernel/ports.ts";
import { key } from "../../../kernel/suspend.ts";
import { after, instant } from "../../../kernel/time.ts";
import type { Given, Instant } from "../../../kernel/types/index.ts";
import { accessOf } from "../../settings.ts";
import { UsageError } from "../mistakes.ts";
import type { WhyOptions } from "../why.ts";

/** A cluster to look at, and nothing to touch it with: there is no writer here, and the reader can only send GET. */
export interface Looking {
  readonly world: World;
  readonly given: Given;
  /** The context's. */
  readonly namespace: string;
  readonly metrics: boolean;
  close(): Promise<void>;
}

/** Throws `BadAccess` or `PolicyError` where kubeconfig or policy cannot be used; sends nothing. */
export function look({ kubeconfig, context, cluster, prometheus, policy: file }: WhyOptions): Looking {
  const policy = file === undefined ? parsePolicy("", { file: "the policy as shipped" }) : loadPolicy(file);
  const config = kubeConfigOf(accessOf({ ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) }));
  const current = config.getCurrentContext();
  // What the client takes where it finds nothing at all.
  if (current === "loaded-context" && config.getCurrentCluster()?.server === "http://localhost:8080")
    throw new UsageError("there is no kubeconfig: name one with --kubeconfig, or with the variable KUBECONFIG");
  const clock = () => instant(Date.now());
  const timeoutSeconds = policy.timing.requestTimeoutSeconds;
  const connection = connect(config, timeoutSeconds);
  const world = worldOf({
    kubernetes: kubernetesReader(connection),
    logs: logReader(connection),
    ...(prometheus ? { prometheus: prometheusReader({ url: prometheus, timeoutSeconds }, Date.now) } : {}),
    clock,
  });
  return {
    world: inTime(world, 2 * timeoutSeconds, clock),
    given: { cluster: cluster ?? current, policy, now: clock() },
    namespace: config.getContextObject(current)?.namespace ?? "default",
    metrics: prometheus !== undefined,
    close: () => connection.close(),
  };
}

/**
 * Each question is asked once: many workloads of a manifest ask for the same webhook, and mean it at one moment. After `seconds` nothing more is
 * asked: checks ask one thing after the other, and a server that lets each of them wait would be waited for by turns.
 */
function inTime(world: World, seconds: number, clock: () => Instant): World {
  const asked = new Map<string, ReturnType<World["fetch"]>>();
  const end = after(clock(), seconds);
  return {
    fetch: async (query) => {
      const known = asked.get(key(query));
      if (known) return known;
      if (clock() > end) return { state: "unavailable", reason: `not asked: the ${seconds} s that this may take are over`, at: clock() };
      const answer = world.fetch(query);
      asked.set(key(query), answer);
      return answer;
    },
  };
}
