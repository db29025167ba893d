import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../../adapters/kubernetes/config.ts";
import type { UserName } from "../../../local/world/kubernetes/roles.ts";
import { startWorld } from "../../../local/world/world.ts";
import type { Answer } from "../parts/admin.ts";
import { startCluster } from "../parts/start.ts";
import { generated } from "./stage.ts";

/** `stranger` has a token that nobody gave out. */
export type User = "reader" | "evict-workload" | "rollout-workload" | "label-namespace" | "nobody" | "stranger";

/** An API server to hold the contract against: how to get there as each user, and everything's rights to set the scene. */
export interface Ground {
  access(user: User): Access;
  /** As the server calls the user. */
  nameOf(user: User): string;
  admin(method: string, path: string, body?: object, type?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export async function realGround(): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), "contract-"));
  const cluster = await startCluster({ dir, manifests: generated });
  const caData = readFileSync(cluster.caFile).toString("base64");
  return {
    access: (user) =>
      user === "stranger"
        ? { by: "token", server: cluster.url, caData, token: "of-another-cluster" }
        : { by: "kubeconfig", file: cluster.kubeconfig(user) },
    nameOf: (user) => user,
    admin: (method, path, body, type) => cluster.admin.send(method, path, body, type),
    stop: async () => {
      await cluster.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const names: Readonly<Record<Exclude<User, "stranger">, UserName>> = {
  reader: "reader",
  "evict-workload": "EvictWorkload",
  "rollout-workload": "RolloutWorkload",
  "label-namespace": "LabelNamespace",
  nobody: "nobody",
};

export async function practiceGround(): Promise<Ground> {
  const world = await startWorld({ incident: "healthy", readyDelayMs: 100 });
  const { tokens } = world;
  return {
    access: (user) => ({
      by: "token",
      server: world.kubernetesUrl,
      token: user === "stranger" ? "of-another-cluster" : tokens[names[user]],
    }),
    nameOf: (user) => (user === "stranger" ? user : names[user]),
    admin: async (method, path, body, type = "application/json") => {
      const headers = { authorization: `Bearer ${world.tokens.admin}`, "content-type": type };
      const answer = await fetch(`${world.kubernetesUrl}${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.text() };
    },
    stop: () => world.stop(),
  };
}
