import { kubeConfigOf } from "../../../../adapters/kubernetes/config.ts";
import { type Connection, connect } from "../../../../adapters/kubernetes/connection.ts";
import { logReader } from "../../../../adapters/kubernetes/logs.ts";
import { kubernetesReader } from "../../../../adapters/kubernetes/read.ts";
import { writers } from "../../../../adapters/kubernetes/writers/index.ts";
import type { Permit, Writer } from "../../../../kernel/ports.ts";
import { after, instant } from "../../../../kernel/time.ts";
import type { Kind, Remedy, Target, TemplateOwner, Uid } from "../../../../kernel/types/index.ts";
import { until } from "../../parts/process.ts";
import type { Ground, User } from "../ground.ts";
import { disruptionBudget, namespace, workload } from "../manifests.ts";

/** The namespace of all that is set up, and where its objects are. */
export const space = "contract";
export const core = `/api/v1/namespaces/${space}`;
export const apps = `/apis/apps/v1/namespaces/${space}`;
export const plural: Readonly<Record<TemplateOwner, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
};
/** The one label that the admission policies of `ops/` let us write. */
export const wish = { key: "k8s.spirl.com/spiffe-csi", from: null, to: "enabled" };
export const otherUid = { uid: "00000000-0000-4000-8000-000000000000" as Uid };
/** Who carries out what. */
export const writerOf = {
  evictions: "evict-workload",
  rollouts: "rollout-workload",
  namespaces: "label-namespace",
} as const satisfies Record<string, User>;

export interface Live {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: Uid;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly template?: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } };
  };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** What a target is said to be, in place of what it is. */
export type Changed = Partial<Pick<Target<string>, "uid" | "resourceVersion">>;

/** One API server with something on it, and our adapters as each user. */
export interface Field {
  setUp(make: () => Promise<Ground>): Promise<void>;
  leave(): Promise<void>;
  as(user: User): Connection;
  /** As the server calls the user. */
  nameOf(user: User): string;
  read(path: string, user?: User): ReturnType<ReturnType<typeof kubernetesReader>>;
  logs(path: string, user?: User): ReturnType<ReturnType<typeof logReader>>;
  raw(user: User, path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** With everything's rights. */
  get(path: string): Promise<Live>;
  maybe(path: string): Promise<Live | undefined>;
  podsOf(app: string): Promise<readonly Live[]>;
  allReady(app: string, count: number): Promise<void>;
  hands<K extends Kind>(kind: K, user: User): Writer<K>;
  permit<K extends Kind>(remedy: Remedy<K>): Permit<K>;
  /** The object at the path as a remedy's target, as it is now, but for the change. */
  target<K extends string>(kind: K, path: string, change?: Changed): Promise<Target<K>>;
}

export function newField(): Field {
  let ground: Ground;
  const open = new Map<User, Connection>();
  const as = (user: User): Connection => {
    const made = open.get(user) ?? connect(kubeConfigOf(ground.access(user)), 10);
    open.set(user, made);
    return made;
  };
  const read = (path: string, user: User = "reader") => kubernetesReader(as(user))(path);
  const logs = (path: string, user: User = "reader") => logReader(as(user))(path);
  const raw = async (user: User, path: string) => {
    const { status, body } = await as(user).get(path);
    return { status, body: JSON.parse(body) as unknown };
  };
  const get = async (path: string) => JSON.parse((await ground.admin("GET", path)).body) as Live;
  const list = async (path: string) => (JSON.parse((await ground.admin("GET", path)).body) as { items: Live[] }).items;
  const create = async (path: string, object: object) => {
    const { status, body } = await ground.admin("POST", path, object);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${body}`);
  };
  const podsOf = (app: string) => list(`${core}/pods?labelSelector=app%3D${app}`);
  const ready = ({ status }: Live) => status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
  const allReady = (app: string, count: number) =>
    until(`${count} pods of ${app} are Ready`, 30, async () => {
      const pods = await podsOf(app);
      return pods.length === count && pods.every((pod) => ready(pod) && pod.metadata.deletionTimestamp === undefined);
    });
  return {
    setUp: async (make) => {
      ground = await make();
      await create("/api/v1/namespaces", namespace(space));
      await create("/api/v1/namespaces", namespace("other", { team: "one" }));
      await create(`${apps}/deployments`, workload({ name: "web", namespace: space, replicas: 3 }));
      await create(`${apps}/statefulsets`, workload({ kind: "StatefulSet", name: "db", namespace: space, replicas: 2 }));
      await create(`${apps}/statefulsets`, workload({ kind: "StatefulSet", name: "free", namespace: space, replicas: 2 }));
      await create(`/apis/policy/v1/namespaces/${space}/poddisruptionbudgets`, disruptionBudget("db", space, 2));
      await allReady("web", 3);
      await allReady("db", 2);
      await allReady("free", 2);
    },
    leave: async () => {
      for (const connection of open.values()) await connection.close();
      await ground?.stop();
    },
    as,
    nameOf: (user) => ground.nameOf(user),
    read,
    logs,
    raw,
    get,
    maybe: async (path) => {
      const { status, body } = await ground.admin("GET", path);
      return status === 200 ? (JSON.parse(body) as Live) : undefined;
    },
    podsOf,
    allReady,
    hands: (kind, user) => writers[kind]({ connection: as(user), clock }),
    permit: <K extends Kind>(remedy: Remedy<K>) =>
      ({ remedy, intent: "i", writeBefore: after(clock(), 60), incident: "c" }) as unknown as Permit<K>,
    target: async (kind, path, change = {}) => {
      const { metadata } = await get(path);
      const { name, uid, resourceVersion, generation } = metadata;
      const own = { cluster: "test", kind, namespace: kind === "Namespace" ? "" : space, name, uid, resourceVersion };
      return { ...own, ...(generation === undefined ? {} : { generation }), ...change };
    },
  };
}

const clock = () => instant(Date.now());
