import type { Cluster } from "../cluster.ts";
import type { Deployment, ReplicaSet } from "../kubernetes/objects.ts";
import { controllerManager, ownedBy, ownerReference, templateHash } from "./common.ts";
import { bounds, reportDeployment } from "./deployment-status.ts";

const hashLabel = "pod-template-hash";
const revision = "deployment.kubernetes.io/revision";

/** Rolls out: a ReplicaSet for each template, the new one up within the surge, the old ones down as the new pods get Ready. */
export function syncDeployments(cluster: Cluster): void {
  for (const deployment of cluster.store.list("Deployment")) {
    const sets = () => cluster.store.list("ReplicaSet", deployment.metadata.namespace).filter(ownedBy(deployment));
    const hash = templateHash(deployment.spec.template);
    const current = () => sets().find(({ metadata }) => metadata.labels?.[hashLabel] === hash);
    if (!deployment.spec.paused) {
      const next = current() ?? newSet(cluster, deployment, hash, sets());
      const old = sets().filter((each) => each.metadata.uid !== next.metadata.uid);
      if (wanted(old) === 0) scale(cluster, next, deployment.spec.replicas);
      else if (deployment.spec.strategy.type === "Recreate") recreate(cluster, deployment, next, old);
      else roll(cluster, deployment, next, old);
    }
    reportDeployment(cluster, deployment, sets(), current());
  }
}

function newSet({ store }: Cluster, deployment: Deployment, hash: string, others: readonly ReplicaSet[]): ReplicaSet {
  const { namespace, name } = deployment.metadata;
  const { selector, template } = deployment.spec;
  const labels = { ...template.metadata.labels, [hashLabel]: hash };
  const number = String(1 + Math.max(0, ...others.map(({ metadata }) => Number(metadata.annotations?.[revision] ?? 0))));
  store.update(
    deployment,
    ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [revision]: number };
    },
    controllerManager,
  );
  return store.create<"ReplicaSet">(
    {
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace && { namespace }),
        labels,
        annotations: { [revision]: number },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    },
    controllerManager,
  );
}

const wanted = (sets: readonly ReplicaSet[]) => sets.reduce((sum, { spec }) => sum + spec.replicas, 0);
const available = (sets: readonly ReplicaSet[]) => sets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);

function roll(cluster: Cluster, deployment: Deployment, next: ReplicaSet, old: readonly ReplicaSet[]): void {
  const { replicas } = deployment.spec;
  const { surge, unavailable } = bounds(deployment);
  const room = replicas + surge - wanted([...old, next]);
  if (room > 0) scale(cluster, next, Math.min(replicas, next.spec.replicas + room));

  const fresh = cluster.store.need("ReplicaSet", next.metadata.name, next.metadata.namespace);
  const lowest = replicas - unavailable;
  const starting = fresh.spec.replicas - (fresh.status.availableReplicas ?? 0);
  let broken = wanted([...old, fresh]) - lowest - starting;
  let spare = available([...old, fresh]) - lowest;
  for (const set of [...old].sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))) {
    const notAvailable = Math.max(0, Math.min(set.spec.replicas - (set.status.availableReplicas ?? 0), broken));
    const healthy = Math.max(0, Math.min(set.spec.replicas - notAvailable, spare, broken - notAvailable));
    broken -= notAvailable + healthy;
    spare -= healthy;
    scale(cluster, set, set.spec.replicas - notAvailable - healthy);
  }
}

function recreate(cluster: Cluster, { spec }: Deployment, next: ReplicaSet, old: readonly ReplicaSet[]): void {
  for (const set of old) scale(cluster, set, 0);
  if (old.every(({ status }) => status.replicas === 0)) scale(cluster, next, spec.replicas);
}

function scale({ store }: Cluster, set: ReplicaSet, replicas: number): void {
  if (set.spec.replicas !== replicas) store.update(set, ({ spec }) => Object.assign(spec, { replicas }), controllerManager);
}
