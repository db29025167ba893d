import { alertmanagerReader } from "../adapters/alertmanager/read.ts";
import { type Access, kubeConfigOf } from "../adapters/kubernetes/config.ts";
import { type Connection, connect } from "../adapters/kubernetes/connection.ts";
import { logReader } from "../adapters/kubernetes/logs.ts";
import { kubernetesReader } from "../adapters/kubernetes/read.ts";
import { writers } from "../adapters/kubernetes/writers/index.ts";
import { prometheusReader } from "../adapters/prometheus/read.ts";
import type { Endpoint } from "../adapters/world/endpoint.ts";
import { worldOf } from "../adapters/world/index.ts";
import type { Writers } from "../kernel/act/act.ts";
import type { World } from "../kernel/ports.ts";
import type { Capability, Instant, Kind } from "../kernel/types/index.ts";
import { remedies } from "../runbook/remedies/index.ts";

/** Where the outside is, and as whom each capability goes there. The reader never has a writer's credentials. */
export interface Outside {
  readonly reader: Access;
  readonly writers: Readonly<Record<Capability, Access>>;
  readonly prometheus?: Endpoint;
  readonly alertmanager?: Endpoint;
  readonly requestTimeoutSeconds: number;
}
export interface Hands {
  readonly world: World;
  readonly writers: Writers;
}
export interface Opened {
  readonly world: World;
  /** A capability reads as itself, too: what it looks at last is what it may see. */
  readonly hands: Readonly<Record<Capability, Hands>>;
  close(): Promise<void>;
}

/** Makes the connections; nothing is sent until something is asked. Throws `BadAccess` where a kubeconfig cannot be used. */
export function openOutside(outside: Outside, clock: () => Instant): Opened {
  const open: Connection[] = [];
  const connection = (access: Access): Connection => {
    const made = connect(kubeConfigOf(access), outside.requestTimeoutSeconds);
    open.push(made);
    return made;
  };
  const world = (over: Connection): World =>
    worldOf({
      kubernetes: kubernetesReader(over),
      logs: logReader(over),
      ...(outside.prometheus ? { prometheus: prometheusReader(outside.prometheus, () => Date.parse(clock())) } : {}),
      ...(outside.alertmanager ? { alertmanager: alertmanagerReader(outside.alertmanager) } : {}),
      clock,
    });
  const handsOf = (capability: Capability): Hands => {
    const over = connection(outside.writers[capability]);
    const own = kinds.filter((kind) => remedies[kind].by === capability);
    return { world: world(over), writers: Object.fromEntries(own.map((kind) => [kind, writers[kind]({ connection: over, clock })])) };
  };
  return {
    world: world(connection(outside.reader)),
    hands: {
      EvictWorkload: handsOf("EvictWorkload"),
      RolloutWorkload: handsOf("RolloutWorkload"),
      LabelNamespace: handsOf("LabelNamespace"),
    },
    close: async () => {
      await Promise.all(open.map((one) => one.close()));
    },
  };
}

const kinds = Object.keys(remedies) as readonly Kind[];
