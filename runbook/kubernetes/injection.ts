import type { Container, Pod, PodSpec, PodTemplate } from "./objects-pod.ts";

/** How the socket of the Workload API gets into a pod, by its spec. */
export type Delivery =
  /** By a volume of the CSI driver. `either`: there is no template that could tell who put it there. */
  | { readonly by: "csi"; readonly from: "webhook" | "template" | "either"; readonly volumes: readonly string[] }
  /** By a directory of the node that it mounts by itself. */
  | { readonly by: "node"; readonly says: string }
  /** From somewhere that cannot be seen: another volume that may hold a socket, or the network. */
  | { readonly by: "elsewhere"; readonly says: string }
  | { readonly by: "nothing" };

const variable = "SPIFFE_ENDPOINT_SOCKET";
/** Where the vendor's webhook mounts it, and where Istio expects it. */
const vendorSocket = "/spirl-agent-socket/agent.sock";
const istioSocket = "/run/secrets/workload-spiffe-uds/socket";

const volumesBy = (spec: PodSpec, driver: string): readonly string[] =>
  spec.volumes.filter(({ csi }) => csi?.driver === driver).map(({ name }) => name);

export const hasVolume = ({ spec }: Pick<Pod, "spec">, driver: string): boolean => volumesBy(spec, driver).length > 0;

export function deliveryTo({ spec }: Pick<Pod, "spec">, template: PodTemplate | undefined, driver: string): Delivery {
  const volumes = volumesBy(spec, driver);
  if (volumes.length > 0) {
    const from = !template ? "either" : hasVolume(template, driver) ? "template" : "webhook";
    return { by: "csi", from, volumes };
  }
  for (const container of spec.containers) {
    const endpoint = endpointOf(container);
    if (endpoint && !endpoint.path)
      return { by: "elsewhere", says: `container ${container.name} looks for the Workload API at ${endpoint.text}` };
    const mount = endpoint?.path ? mountAt(container, endpoint.path) : hostMount(container, spec);
    if (mount) return byMount(container, mount, spec);
  }
  return { by: "nothing" };
}

function byMount({ name }: Container, { path, volume }: Container["mounts"][number], spec: PodSpec): Delivery {
  const type = spec.volumes.find((each) => each.name === volume)?.type ?? "unknown";
  const says = `container ${name} looks for the socket in ${path}, its own volume ${volume} (${type})`;
  return { by: type === "hostPath" ? "node" : "elsewhere", says };
}

/** A directory of the node where the socket usually is. Istio's proxy has an emptyDir there for its own use, which delivers nothing. */
const hostMount = (container: Container, spec: PodSpec) =>
  [vendorSocket, istioSocket]
    .map((path) => mountAt(container, path))
    .find((mount) => spec.volumes.some(({ name, type }) => name === mount?.volume && type === "hostPath"));

/** What is wrong with a CSI volume that is there; nothing, where each container that asks for the socket can have it. */
export function faultsOf({ spec }: Pick<Pod, "spec">, { from, volumes }: Extract<Delivery, { by: "csi" }>): readonly string[] {
  const writable = spec.volumes.filter(({ name, csi }) => volumes.includes(name) && !csi?.readOnly);
  const mounting = spec.containers.filter(({ mounts }) => mounts.some(({ volume }) => volumes.includes(volume)));
  return [
    ...writable.map(({ name }) => `its volume ${name} is not readOnly, so the driver refuses to mount it`),
    ...(mounting.some(({ init }) => !init) ? [] : [`no container mounts its volume ${volumes.join(", ")}`]),
    ...spec.containers.flatMap((container) => unreachable(container)),
    // Who brings the volume may tell the workload by other means where the socket is; the webhook always sets the variable.
    ...(from === "webhook"
      ? mounting.filter((each) => !knows(each, volumes)).map(({ name }) => `container ${name} lacks ${variable}`)
      : []),
  ];
}

function unreachable(container: Container): readonly string[] {
  const endpoint = endpointOf(container);
  if (!endpoint?.path || mountAt(container, endpoint.path)) return [];
  return [`container ${container.name} looks for the socket at ${endpoint.path}, where nothing is mounted`];
}

const knows = (container: Container, volumes: readonly string[]): boolean =>
  container.env.some(({ name }) => name === variable) || volumes.includes(mountAt(container, istioSocket)?.volume ?? "");

interface Endpoint {
  readonly text: string;
  /** Of a socket file; none where it is a network address. */
  readonly path?: string;
}
/** Where the container looks for the socket; undefined where it does not say, or not here (`valueFrom`, a reference to another variable). */
function endpointOf({ env }: Container): Endpoint | undefined {
  const text = env.findLast(({ name }) => name === variable)?.value;
  if (!text || text.includes("$(")) return undefined;
  const path = /^(?:unix:)?(?:\/\/)?(\/.*)$/.exec(text)?.[1];
  return path ? { text, path } : { text };
}

/** The mount that the path is in: the deepest, as the kernel resolves it. */
function mountAt({ mounts }: Container, path: string) {
  const at = canonical(path);
  const over = mounts.filter(({ path: mount }) => at === canonical(mount) || at.startsWith(`${canonical(mount)}/`));
  return over.sort((a, b) => b.path.length - a.path.length)[0];
}
/** `/var/run` is `/run` in nearly every image. */
const canonical = (path: string) =>
  path
    .replace(/\/+/g, "/")
    .replace(/\/$/, "")
    .replace(/^\/var\/run(?=\/|$)/, "/run");
