import type { Pod, PodSpec } from "../kubernetes/objects.ts";

/** The watched installation, named as the vendor's chart does. */
export const spirlNamespace = "spirl-system";
export const agentName = "spirl-agent";
export const csiDaemonSet = "spiffe-csi-driver";
export const csiDriver = "csi.spiffe.io";
export const webhookName = "spirl-controller-webhook";
export const injectLabel = "k8s.spirl.com/spiffe-csi";

export const hasSpiffeVolume = ({ volumes }: PodSpec): boolean => (volumes ?? []).some(({ csi }) => csi?.driver === csiDriver);

/** The volume, and a mount of it in every container. */
export const isInjected = ({ spec }: Pod): boolean => {
  const volume = (spec.volumes ?? []).find(({ csi }) => csi?.driver === csiDriver);
  return volume !== undefined && spec.containers.every(({ volumeMounts }) => (volumeMounts ?? []).some(({ name }) => name === volume.name));
};
