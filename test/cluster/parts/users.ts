import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/** Users of every cluster, and their groups. What the `remediator:*` groups may do is for the manifests that a test applies. */
export const standardUsers = {
  admin: ["system:masters"],
  reader: ["remediator:reader"],
  "evict-workload": ["remediator:evict-workload"],
  "rollout-workload": ["remediator:rollout-workload"],
  "label-namespace": ["remediator:label-namespace"],
  nobody: [],
} as const satisfies Record<string, readonly string[]>;

/** The control plane's own users, whose rights are in the API server from the start, and those of the parts around it. */
const machineUsers = {
  "system:kube-controller-manager": [],
  "system:kube-scheduler": [],
  kwok: ["system:masters"],
  "test-bed": ["system:masters"],
} as const;

/** Users by token, for one cluster: tokens are new each time. */
export class Users {
  readonly tokenFile: string;
  private readonly dir: string;
  private readonly tokens = new Map<string, string>();
  private readonly groups: ReadonlyMap<string, readonly string[]>;

  constructor(dir: string, more: Readonly<Record<string, readonly string[]>> = {}) {
    this.dir = dir;
    this.tokenFile = join(dir, "tokens.csv");
    this.groups = new Map(Object.entries({ ...standardUsers, ...machineUsers, ...more }));
    for (const user of this.groups.keys()) this.tokens.set(user, randomBytes(24).toString("base64url"));
  }

  token(user: string): string {
    const token = this.tokens.get(user);
    if (token === undefined) throw new Error(`there is no user ${user}; there are ${[...this.tokens.keys()].join(", ")}`);
    return token;
  }

  /** Path of the user's kubeconfig; the file is there after `write`. */
  kubeconfig(user: string): string {
    this.token(user);
    return join(this.dir, `${user.replaceAll(":", "-")}.kubeconfig`);
  }

  async write(server: string, caFile: string): Promise<void> {
    const rows = [...this.groups].map(([user, groups]) => [
      this.token(user),
      user,
      user,
      ...(groups.length > 0 ? [`"${groups.join(",")}"`] : []),
    ]);
    await writeFile(this.tokenFile, `${rows.map((row) => row.join(",")).join("\n")}\n`, { mode: 0o600 });
    for (const user of this.groups.keys()) {
      const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "test", cluster: { server, "certificate-authority": caFile } }],
        users: [{ name: user, user: { token: this.token(user) } }],
        contexts: [{ name: "test", context: { cluster: "test", user } }],
        "current-context": "test",
      };
      await writeFile(this.kubeconfig(user), stringify(config), { mode: 0o600 });
    }
  }
}
